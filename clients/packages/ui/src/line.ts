// The line: the stations of an order as the component draws them.

export interface BothLanguages {
  zh: string
  en: string
}

export interface Station {
  key: string
  label: string
  state: 'passed' | 'now' | 'ahead'
  /** When it was passed, since when it is here, or when it is expected; ready to be shown. */
  when?: string
  /** Who has it now. */
  who?: string
  late?: boolean
  /** A branch at this station: held, or being reworked. */
  branch?: string
}

export interface StageOfWorkflow {
  key: string
  label: BothLanguages
  customer_label?: BothLanguages
  role?: string
  final?: boolean
}

export interface Passage {
  to: string
  at: string
}

/** The stages of a workflow with where the order is. `passages` say when each stage was entered. */
export function stations(
  stages: StageOfWorkflow[],
  now: string,
  name: (stage: StageOfWorkflow) => string,
  passages: Passage[] = [],
): Station[] {
  const shown = stages.filter(stage => stage.key !== 'cancelled' || now === 'cancelled')
  const here = shown.findIndex(stage => stage.key === now)
  const entered = new Map(passages.map(passage => [passage.to, passage.at]))
  return shown.map((stage, index) => ({
    key: stage.key,
    label: name(stage),
    state: stateAt(index, here, Boolean(stage.final)),
    when: index <= here ? entered.get(stage.key) : undefined,
  }))
}

/** The last station is passed as soon as it is reached: nothing waits there. */
function stateAt(index: number, here: number, final: boolean): Station['state'] {
  if (index < here || (index === here && final)) return 'passed'
  return index === here ? 'now' : 'ahead'
}
