// What is shown of jobs on a line 作业视图: a search beside the registers, a test read with its frames
// explained. What a row keeps is our own; what is missing in it is shown as nothing.

import type {
  ReadExchange,
  Scan,
  ScanItem,
  ScanSummary,
  TestRead,
} from '../http/contract/commissioning.ts'
import { cutRecording } from '../metering/protocol/recording.ts'
import type { Identity } from '../metering/scan/identify.ts'
import type { ScanProtocol } from '../metering/scan/scan-bus.ts'
import type { Told } from '../metering/scan/trace.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { JobRow, MeterPlace, RegisteredDevice } from './line-job-store.ts'
import type { ScanResult } from './scan-work.ts'
import type { PartRead } from './test-read-work.ts'

const EMPTY: ScanResult = {
  ...{ exchanges: 0, sentBytes: 0, heardBytes: 0, lineMs: 0, progress: 0, probes: 0 },
  ...{ found: [], unconfirmed: [], doubled: [] },
}

const isScanResult = (result: unknown): result is ScanResult =>
  typeof result === 'object' && result !== null && 'found' in result

const isAsked = (asked: unknown): asked is { protocols: ScanProtocol[]; thorough: boolean } =>
  typeof asked === 'object' && asked !== null && 'protocols' in asked

export const scanSummary = (job: JobRow): ScanSummary => {
  const { zone, endedAt, asked } = job
  const result = isScanResult(job.result) ? job.result : EMPTY
  const wish = isAsked(asked) ? asked : { protocols: [], thorough: true }
  return {
    scanId: job.jobId,
    ...{ complexId: job.complexId, gatewayId: job.gatewayId, gatewayCode: job.gatewayCode },
    ...{ busId: job.busId, bus: job.bus, state: job.state, reason: job.reason },
    ...{ protocols: wish.protocols, thorough: wish.thorough, operator: job.operator },
    createdAt: rfc3339(job.createdAt, zone),
    endedAt: endedAt === null ? null : rfc3339(endedAt, zone),
    progress: job.state === 'done' ? 1 : result.progress,
    found: result.found.length,
    ...{ probes: result.probes, exchanges: result.exchanges, lineMs: result.lineMs },
    ...{ sentBytes: result.sentBytes, heardBytes: result.heardBytes },
  }
}

const UNNAMED: Omit<Identity, 'prepaid' | 'modelText'> = {
  ...{ meterNo: null, assetNo: null, software: null, maker: null, phases: null },
  ...{ energyWh: null, models: [] },
}

const said = (identity: Identity | null) => {
  const { meterNo, assetNo, software, maker, phases, energyWh, models } = identity ?? UNNAMED
  return { meterNo, assetNo, software, maker, phases, energyWh, models }
}

const protocolOf = (address: string): ScanProtocol =>
  /^\d{1,3}$/.test(address) ? 'modbus' : 'dlt645'

/** Unit numbers may be written with zeros in front. */
const sameAddress = (a: string, b: string): boolean =>
  a === b || (protocolOf(a) === 'modbus' && protocolOf(b) === 'modbus' && Number(a) === Number(b))

type Shown = Pick<ScanItem, 'protocol' | 'address' | 'state'>

const item = (
  shown: Shown,
  device: RegisteredDevice | undefined,
  identity: Identity | null = null,
): ScanItem => ({
  ...shown,
  deviceId: device?.deviceId ?? null,
  model: device?.model ?? null,
  meters: device?.meters ?? [],
  ...said(identity),
})

/** Found and known, found and new, known and not found; then what was never certain. */
export const scanItems = (
  { state, result, asked }: Pick<JobRow, 'state' | 'result' | 'asked'>,
  devices: readonly RegisteredDevice[],
): ScanItem[] => {
  const { found, unconfirmed, doubled } = isScanResult(result) ? result : EMPTY
  const protocols = isAsked(asked) ? asked.protocols : []
  const deviceAt = (address: string) => devices.find((one) => sameAddress(one.address, address))
  const heard = found.map(({ protocol, address, identity }) => {
    const device = deviceAt(address)
    return item({ protocol, address, state: device ? 'known' : 'new' }, device, identity)
  })
  const missing = devices
    .filter(({ address }) => !found.some((one) => sameAddress(one.address, address)))
    .filter(({ address }) => protocols.includes(protocolOf(address)))
    // While it goes on nobody can say that one is not there.
    .filter(
      ({ address }) => state === 'done' || unconfirmed.some((one) => sameAddress(one, address)),
    )
    .map((device) =>
      item(
        { protocol: protocolOf(device.address), address: device.address, state: 'missing' },
        device,
      ),
    )
  const uncertain = unconfirmed
    .filter((address) => deviceAt(address) === undefined)
    .map((address) =>
      item({ protocol: protocolOf(address), address, state: 'unconfirmed' }, undefined),
    )
  const twice = doubled.map((address) =>
    item({ protocol: 'dlt645', address, state: 'doubled' }, deviceAt(address)),
  )
  return [...heard, ...missing, ...uncertain, ...twice]
}

export const scanView = (job: JobRow, devices: readonly RegisteredDevice[]): Scan => ({
  ...scanSummary(job),
  items: scanItems(job, devices),
})

const explained = (hex: string): ReadExchange['sentFields'] =>
  cutRecording(Buffer.from(hex, 'hex')).flatMap((part) => {
    if (part.kind === 'frame')
      return part.fields.map(({ bytes, zh, en, value }) => ({
        bytes: bytes.toString('hex'),
        name: { zh, en },
        value: { zh: value.zh, en: value.en },
      }))
    const name =
      part.kind === 'wake-up'
        ? { zh: '前导字节', en: 'wake-up bytes' }
        : { zh: '不成帧的字节', en: 'bytes that make no frame' }
    return [{ bytes: part.bytes.toString('hex'), name, value: { zh: '', en: '' } }]
  })

const exchangeView = (told: Told, zone: string): ReadExchange => ({
  ...told,
  at: rfc3339(told.at, zone),
  sentFields: explained(told.sent),
  heardFields: explained(told.heard),
})

const isParts = (result: unknown): result is { parts: PartRead[] } =>
  typeof result === 'object' && result !== null && 'parts' in result && Array.isArray(result.parts)

export const partsOfJob = ({ result }: Pick<JobRow, 'result'>): PartRead[] =>
  isParts(result) ? result.parts : []

export const testReadView = (job: JobRow, place: MeterPlace): TestRead => ({
  testReadId: job.jobId,
  ...{ complexId: job.complexId, meterId: place.meterId, meterNo: place.meterNo },
  ...{ address: place.address, model: place.model, place: place.place, placeEn: place.placeEn },
  ...{ state: job.state, reason: job.reason, operator: job.operator },
  createdAt: rfc3339(job.createdAt, job.zone),
  endedAt: job.endedAt === null ? null : rfc3339(job.endedAt, job.zone),
  parts: partsOfJob(job).map((part) => ({
    ...part,
    exchanges: part.exchanges.map((told) => exchangeView(told, job.zone)),
  })),
})
