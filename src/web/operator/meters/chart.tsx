// Readings as a picture 读数图: bars of what was used in each step, or the register as a line with the
// doubtful readings as points. The table below says the same in figures.

import type { Reading } from '../../../http/contract/readings.ts'
import { useText } from '../../text/i18n.ts'
import { timeOf } from '../../ui/clock.ts'
import { kwhText } from '../../ui/money-text.ts'
import { msText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import styles from './meters.module.css'

const WIDTH = 1000
const HEIGHT = 160
const TOP = 12
/** Room for a point at either end. */
const EDGE = 8

type Point = { ms: number; value: number; odd: boolean }

const barsOf = (readings: readonly Reading[]): Point[] =>
  readings.flatMap(({ at, stepAt, usedWh }) => {
    const ms = timeOf(stepAt ?? at)
    return ms === null || usedWh === null ? [] : [{ ms, value: usedWh, odd: false }]
  })

const lineOf = (readings: readonly Reading[]): Point[] =>
  readings.flatMap(({ at, energyWh, blocked }) => {
    const ms = timeOf(at)
    return ms === null || energyWh === null ? [] : [{ ms, value: energyWh, odd: blocked }]
  })

const Bars = ({ points, most }: { points: readonly Point[]; most: number }) => {
  const zone = useZone()
  const width = WIDTH / points.length
  return points.map((point, index) => {
    const height = most === 0 ? 0 : (point.value / most) * (HEIGHT - TOP)
    return (
      <rect
        key={point.ms}
        className={styles.bar}
        x={index * width + width * 0.12}
        y={HEIGHT - height}
        width={width * 0.76}
        height={height}
      >
        <title>{`${msText(point.ms, zone)} ${kwhText(point.value)} kWh`}</title>
      </rect>
    )
  })
}

const Line = ({ points }: { points: readonly Point[] }) => {
  const sound = points.filter((point) => !point.odd)
  const values = sound.map((point) => point.value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const [from, to] = [points[0]?.ms ?? 0, points.at(-1)?.ms ?? 1]
  const inner = WIDTH - 2 * EDGE
  const x = (ms: number) => EDGE + (to === from ? inner : ((ms - from) / (to - from)) * inner)
  const y = (value: number) => {
    const share = most === least ? 0.5 : (value - least) / (most - least)
    return HEIGHT - 6 - Math.min(1, Math.max(0, share)) * (HEIGHT - TOP - 6)
  }
  return (
    <>
      <polyline
        className={styles.line}
        points={sound.map((point) => `${x(point.ms)},${y(point.value)}`).join(' ')}
      />
      {points
        .filter((point) => point.odd)
        .map((point) => (
          <circle
            key={point.ms}
            className={styles.odd}
            cx={x(point.ms)}
            cy={y(point.value)}
            r={6}
          />
        ))}
    </>
  )
}

export const Chart = ({ readings }: { readings: readonly Reading[] }) => {
  const { say } = useText()
  const zone = useZone()
  const stepped = readings.some(({ stepAt }) => stepAt !== null)
  const points = stepped ? barsOf(readings) : lineOf(readings)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return null
  const most = Math.max(...points.map((point) => point.value))
  const believed = points.findLast((point) => !point.odd)
  return (
    <figure className={styles.chart}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={say(stepped ? 'readings.chartUsed' : 'readings.chartRegister')}
      >
        {[0.25, 0.5, 0.75].map((share) => (
          <line
            key={share}
            className={styles.grid}
            x1={0}
            x2={WIDTH}
            y1={HEIGHT * share}
            y2={HEIGHT * share}
          />
        ))}
        {stepped ? <Bars points={points} most={most} /> : <Line points={points} />}
      </svg>
      <figcaption>
        <span>{msText(first.ms, zone)}</span>
        <span>
          {say(stepped ? 'readings.most' : 'readings.last', {
            value: kwhText(stepped ? most : (believed?.value ?? 0)),
          })}
        </span>
        <span>{msText(last.ms, zone)}</span>
      </figcaption>
    </figure>
  )
}
