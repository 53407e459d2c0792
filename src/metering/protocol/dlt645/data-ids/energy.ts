// Energy, demand and what the wallet shows 电能量·需量·剩余: identifiers 00…… and 01…….

import { bcd, field, record, signedBcd, time } from '../format.ts'
import { row } from './row.ts'

const kWh = bcd(4, 2, 'kWh')
// What is combined of both directions may be below nothing: its top bit is the sign.
const combinedKWh = signedBcd(4, 2, 'kWh')
const combinedKvarh = signedBcd(4, 2, 'kvarh')
const kvarh = bcd(4, 2, 'kvarh')
const kVAh = bcd(4, 2, 'kVAh')
const yuan = bcd(4, 2, 'yuan')
const demand = record(
  field('最大需量', 'maximum demand', bcd(3, 4, 'kW')),
  field('发生时间', 'at', time('YYMMDDhhmm')),
)

export const ENERGY_IDS = [
  row('0000TTHH', '组合有功电能', 'combined active energy', combinedKWh),
  row('0001TTHH', '正向有功电能', 'forward active energy', kWh),
  row('0002TTHH', '反向有功电能', 'reverse active energy', kWh),
  row('0003TTHH', '组合无功1电能', 'combined reactive energy 1', combinedKvarh),
  row('0004TTHH', '组合无功2电能', 'combined reactive energy 2', combinedKvarh),
  row('0005TTHH', '第一象限无功电能', 'reactive energy, quadrant 1', kvarh),
  row('0006TTHH', '第二象限无功电能', 'reactive energy, quadrant 2', kvarh),
  row('0007TTHH', '第三象限无功电能', 'reactive energy, quadrant 3', kvarh),
  row('0008TTHH', '第四象限无功电能', 'reactive energy, quadrant 4', kvarh),
  row('0009TTHH', '正向视在电能', 'forward apparent energy', kVAh),
  row('000ATTHH', '反向视在电能', 'reverse apparent energy', kVAh),
  row('001500HH', 'A相正向有功电能', 'phase A forward active energy', kWh),
  row('001600HH', 'A相反向有功电能', 'phase A reverse active energy', kWh),
  row('002900HH', 'B相正向有功电能', 'phase B forward active energy', kWh),
  row('002A00HH', 'B相反向有功电能', 'phase B reverse active energy', kWh),
  row('003D00HH', 'C相正向有功电能', 'phase C forward active energy', kWh),
  row('003E00HH', 'C相反向有功电能', 'phase C reverse active energy', kWh),
  row('000B0000', '本结算周期组合有功用电量', 'energy of this settlement cycle', combinedKWh),
  row('000B0001', '上结算周期组合有功用电量', 'energy of the last settlement cycle', combinedKWh),
  row('000C00HH', '月度组合有功用电量', 'energy of the month', combinedKWh),
  row('000D00HH', '年度组合有功用电量', 'energy of the year', combinedKWh),
  row('00FE00HH', '结算时间', 'settlement time', time('YYMMDDhh')),
  row('00900100', '剩余电量', 'remaining energy', kWh),
  row('00900101', '透支电量', 'overdraft energy', kWh),
  row('00900200', '剩余金额', 'remaining money', yuan),
  row('00900201', '透支金额', 'overdraft money', yuan),
  row('0101TTHH', '正向有功最大需量', 'forward active maximum demand', demand),
  row('0102TTHH', '反向有功最大需量', 'reverse active maximum demand', demand),
]
