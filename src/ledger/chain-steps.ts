// Walking a hash chain 逐条成链: the SQL by which several records are tied to the head of their lane,
// one after the other, in the statement that writes them (INV-30).

/** The place of each record among those of its complex, from 1 on. */
export const placesOf = (complexes: readonly number[]): number[] => {
  const places = new Map<number, number>()
  return complexes.map((complex) => {
    const place = (places.get(complex) ?? 0) + 1
    places.set(complex, place)
    return place
  })
}

/**
 * Tables of a statement that begins `with recursive`: `walk` has for each record its `n`, `seq` and
 * `hash`, and `ended` moves the heads. $1 is the lane, $2 the complexes; `records` is a table with
 * complex_id, n, k (its place), record; nothing is walked unless `may`. Heads are locked in the
 * order of complexes.
 */
export const chainSteps = (records: string, may: string): string => `
  heads as (
    select complex_id, seq, hash from chain_head
    where lane = $1 and complex_id = any ($2) and ${may}
    order by complex_id for update
  ), walk as (
    select complex_id, 0 as k, null::bigint as n, seq, hash from heads
    union all
    select w.complex_id, r.k, r.n, w.seq + 1, sha256(w.hash || convert_to(r.record, 'UTF8'))
    from walk w join ${records} r on r.complex_id = w.complex_id and r.k = w.k + 1
  ), ended as (
    update chain_head h set seq = w.seq, hash = w.hash
    from (select distinct on (complex_id) complex_id, seq, hash from walk
      order by complex_id, k desc) w
    where h.lane = $1 and h.complex_id = any ($2) and h.complex_id = w.complex_id
  )`
