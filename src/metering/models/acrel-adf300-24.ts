// Acrel ADF300 with 24 circuits 多用户计量箱（24 路）.

import { adf300 } from '../meter-model/adf300-map.ts'
import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel(adf300(24))
