// Example frames 报文样例 of Modbus: printed in public manuals, or computed for everyday questions.

export type ModbusExample = { id: string; what: string; framing: 'rtu' | 'tcp'; hex: string }

const rtu = (id: string, what: string, hex: string): ModbusExample => ({
  id,
  what,
  framing: 'rtu',
  hex,
})
const tcp = (id: string, what: string, hex: string): ModbusExample => ({
  id,
  what,
  framing: 'tcp',
  hex,
})

export const MODBUS_EXAMPLES: readonly ModbusExample[] = [
  rtu('R1', 'read 10 registers', '01 03 00 00 00 0A C5 CD'),
  rtu('R2', 'read 3 registers at 006B of unit 17', '11 03 00 6B 00 03 76 87'),
  rtu('R3', 'write 3 to register 0001', '01 06 00 01 00 03 98 0B'),
  rtu('R4', 'read 6 registers at 3001', '01 03 30 01 00 06 9B 08'),
  rtu('R5', 'a meter answers 12 bytes', '01 03 0C 12 01 08 0A 01 01 01 00 00 00 00 00 80 23'),
  rtu('R6', 'read 6 registers at 0900 of unit 17', '11 03 09 00 00 06 C4 C4'),
  rtu('R7', 'no such register', '01 83 02 C0 F1'),
  rtu('R8', 'exception status of unit 2', '02 07 41 12'),
  rtu('R9', 'a 32-bit value, 12345', '01 03 04 00 00 30 39 2E 21'),
  rtu('R10', 'read a meter’s main block', '01 03 02 00 00 30 44 66'),
  rtu('R11', 'force trip', '01 10 00 57 00 02 04 00 01 00 01 27 75'),
  rtu('R12', 'force close', '01 10 00 57 00 02 04 00 01 00 00 E6 B5'),
  rtu('R13', 'accepted', '01 10 00 57 00 02 F0 18'),
  rtu('R14', 'an energy, 120.00 kWh', '01 03 04 00 00 2E E0 E6 1B'),
  rtu('R15', 'read a remaining amount', '01 03 02 1F 00 02 F4 75'),
  rtu('R16', 'read a firmware version by key', '01 11 FE DC BA 98 76 54 32 10 06 E5'),
  tcp('T1', 'read 3 registers at 006B of unit 17', '00 01 00 00 00 06 11 03 00 6B 00 03'),
  tcp('T2', 'its answer', '00 01 00 00 00 09 11 03 06 02 2B 00 00 00 64'),
  tcp('T3', 'no such register', '00 02 00 00 00 03 01 83 02'),
]

export const modbusExample = (id: string): Buffer => {
  const hex = MODBUS_EXAMPLES.find((one) => one.id === id)?.hex ?? ''
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
