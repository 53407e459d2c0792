// The sound of alarms 报警声音: chosen in this browser, off until somebody turns it on. Browsers let a
// page sound only after a hand has touched it: until then it waits, and says so.

import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { AlarmCounts } from '../../../http/contract/alarms.ts'
import { timeOf } from '../../ui/clock.ts'
import { SEVERITIES, SOUNDS, type Sound, soundOf } from './sound-choice.ts'

const REMEMBERED = 'prewatt.alarm.sound'

const isSound = (text: string | null): text is Sound => SOUNDS.some((sound) => sound === text)

const remembered = (): Sound => {
  const text = localStorage.getItem(REMEMBERED)
  return isSound(text) ? text : 'off'
}

type State = { sound: Sound; waits: boolean }
let state: State = { sound: remembered(), waits: false }
let context: AudioContext | null = null
const listeners = new Set<() => void>()

const change = (part: Partial<State>) => {
  state = { ...state, ...part }
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useSound = (): State => useSyncExternalStore(subscribe, () => state)

const noteState = () => change({ waits: state.sound !== 'off' && context?.state !== 'running' })

/** Called by a hand on the page: from then on it may sound. */
const wake = async () => {
  if (state.sound === 'off') return
  context ??= new AudioContext()
  context.onstatechange = noteState
  await context.resume().catch(() => {})
  noteState()
}

const TONES_HZ = { serious: [880, 660, 880], warning: [660, 660], info: [520] } as const
const TONE_S = 0.18
const GAP_S = 0.07

/** A short row of tones; nothing where the browser does not let it. */
const play = (severity: keyof typeof TONES_HZ) => {
  if (context?.state !== 'running') return
  for (const [n, hz] of TONES_HZ[severity].entries()) {
    const from = context.currentTime + n * (TONE_S + GAP_S)
    const tone = context.createOscillator()
    const loudness = context.createGain()
    tone.frequency.value = hz
    // Without a rise and a fall it would click.
    loudness.gain.setValueAtTime(0.0001, from)
    loudness.gain.exponentialRampToValueAtTime(0.3, from + 0.02)
    loudness.gain.exponentialRampToValueAtTime(0.0001, from + TONE_S)
    tone.connect(loudness).connect(context.destination)
    tone.start(from)
    tone.stop(from + TONE_S)
  }
}

export const chooseSound = async (sound: Sound): Promise<void> => {
  localStorage.setItem(REMEMBERED, sound)
  change({ sound, waits: false })
  if (sound === 'off') return
  await wake()
  play(sound)
}

const newestOf = ({ newest }: AlarmCounts): number =>
  Math.max(0, ...SEVERITIES.map((severity) => timeOf(newest[severity]) ?? 0))

/** Sounds when something new comes up; what was there when the page was opened is no news. */
export const useAlarmSound = (counts: AlarmCounts | null): void => {
  const heard = useRef<number | null>(null)
  useEffect(() => {
    noteState()
    const onHand = () => void wake()
    window.addEventListener('pointerdown', onHand)
    window.addEventListener('keydown', onHand)
    return () => {
      window.removeEventListener('pointerdown', onHand)
      window.removeEventListener('keydown', onHand)
    }
  }, [])
  useEffect(() => {
    if (counts === null) return
    const severity = heard.current === null ? null : soundOf(state.sound, counts, heard.current)
    heard.current = Math.max(heard.current ?? 0, newestOf(counts))
    if (severity) play(severity)
  }, [counts])
}
