// The reverse register where it counts 反向底度, as SQL: what a charge begins with at a point that adds
// forward and reverse up. Null elsewhere, and where nobody has told it.

/** Of an installed meter; both are parameters. As read, else as noted when it was hung. */
export const reverseRegister = (complex: string, meter: string): string => `
  (select coalesce(l.reverse_wh, i.initial_reverse_wh) from installation i
   left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
   where i.complex_id = ${complex} and i.meter_id = ${meter} and i.until is null
     and i.direction = 'forwardPlusReverse')`
