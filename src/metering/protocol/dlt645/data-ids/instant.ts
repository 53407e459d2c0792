// Instantaneous values 变量: identifiers 02……. Current, power and power factor carry their sign
// in the top bit.

import { bcd, binary, signedBcd } from '../format.ts'
import { row } from './row.ts'

export const INSTANT_IDS = [
  row('0201PP00', '电压', 'voltage', bcd(2, 1, 'V')),
  row('0202PP00', '电流', 'current', signedBcd(3, 3, 'A')),
  row('0203QQ00', '瞬时有功功率', 'active power', signedBcd(3, 4, 'kW')),
  row('0204QQ00', '瞬时无功功率', 'reactive power', signedBcd(3, 4, 'kvar')),
  row('0205QQ00', '瞬时视在功率', 'apparent power', signedBcd(3, 4, 'kVA')),
  row('0206QQ00', '功率因数', 'power factor', signedBcd(2, 3, 'none')),
  row('0207PP00', '相角', 'phase angle', bcd(2, 1, 'degree')),
  row('02800001', '零线电流', 'neutral current', signedBcd(3, 3, 'A')),
  row('02800002', '电网频率', 'frequency', bcd(2, 2, 'Hz')),
  row('02800003', '一分钟有功总平均功率', 'one-minute mean active power', signedBcd(3, 4, 'kW')),
  row('02800004', '当前有功需量', 'present active demand', signedBcd(3, 4, 'kW')),
  row('02800007', '表内温度', 'temperature inside', signedBcd(2, 1, 'celsius')),
  row('02800008', '时钟电池电压', 'clock battery voltage', bcd(2, 2, 'V')),
  row('02800009', '停电抄表电池电压', 'read-out battery voltage', bcd(2, 2, 'V')),
  row('0280000A', '内部电池工作时间', 'battery running time', bcd(4, 0, 'minute')),
  row('0280000B', '当前阶梯电价', 'present tier price', bcd(4, 4, 'yuanPerKWh')),
  row('02800020', '当前电价', 'present price', bcd(4, 4, 'yuanPerKWh')),
  row('02800021', '当前费率电价', 'present tariff price', bcd(4, 4, 'yuanPerKWh')),
  row('02800022', '身份认证剩余时长', 'authentication minutes left', binary(2, 0, 'minute')),
]
