// The steps of the first set-up 首次设置步骤: which are done is told by what there is. PURE.

export const STEPS = ['complex', 'buildings', 'line', 'plan', 'operator', 'end'] as const
export type Step = (typeof STEPS)[number]

export const isStep = (text: string | undefined): text is Step =>
  STEPS.some((step) => step === text)

export const stepAfter = (step: Step): Step => STEPS[STEPS.indexOf(step) + 1] ?? 'end'
export const stepBefore = (step: Step): Step => STEPS[STEPS.indexOf(step) - 1] ?? 'complex'

export type Progress = {
  /** Null where they are not known yet, or not for this operator's eyes. */
  buildings: number | null
  gateways: number | null
  meters: number | null
  plans: number | null
  operators: number | null
}

export const isDone = (step: Step, progress: Progress): boolean => {
  switch (step) {
    case 'complex':
      return true
    case 'buildings':
      return (progress.buildings ?? 0) > 0
    case 'line':
      return (progress.gateways ?? 0) > 0
    case 'plan':
      return (progress.plans ?? 0) > 0
    case 'operator':
      return (progress.operators ?? 0) > 1
    case 'end':
      return false
  }
}

/** The first step that is still to do. */
export const firstToDo = (progress: Progress): Step =>
  STEPS.find((step) => !isDone(step, progress)) ?? 'end'
