// Example frames 报文样例 of DL/T 645-1997. "Captured" ones are printed in a public source as real
// traffic; the others follow the standard for meter 000000001997.

export type ExampleFrame1997 = { id: string; what: string; captured: boolean; hex: string }

const OLD = '68 97 19 00 00 00 00 68'

export const EXAMPLE_FRAMES_1997: readonly ExampleFrame1997[] = [
  {
    id: 'O1',
    what: 'read forward active total',
    captured: true,
    hex: '68 54 07 13 00 80 13 68 01 02 43 C3 DA 16',
  },
  {
    id: 'O2',
    what: 'its reply, 0.01 kWh',
    captured: true,
    hex: '68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16',
  },
  {
    id: 'O3',
    what: 'read of another meter',
    captured: true,
    hex: '68 63 01 43 03 00 00 68 01 02 43 C3 83 16',
  },
  {
    id: 'O4',
    what: 'a block of two energies with its end, 1.23 and 0.45 kWh',
    captured: false,
    hex: `${OLD} 81 0B 52 C3 56 34 33 33 78 33 33 33 DD FF 16`,
  },
  { id: 'O5', what: 'no such data', captured: false, hex: `${OLD} C1 01 35 77 16` },
]

export const exampleFrame1997 = (id: string): Buffer => {
  const hex = EXAMPLE_FRAMES_1997.find((one) => one.id === id)?.hex ?? ''
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
