// A change that somebody asks for: busy while it runs, and what the server says against it, by field and in words.

import { told, useI18n } from '@throughline/i18n'
import { type Ref, ref } from 'vue'
import { refusalOf } from './problem'

export interface Doing {
  busy: Ref<boolean>
  wrong: Ref<string>
  faults: Ref<Record<string, string>>
  /** Whether it was done; what was refused stands in `wrong` and `faults`. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useDoing(): Doing {
  const { t, locale } = useI18n()
  const busy = ref(false)
  const wrong = ref('')
  const faults = ref<Record<string, string>>({})
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    wrong.value = ''
    faults.value = {}
    try {
      await work()
      return true
    } catch (thrown) {
      const refusal = refusalOf(thrown)
      wrong.value = refusal.status ? told(refusal.texts, locale.value) || refusal.message : t('common.offline')
      faults.value = Object.fromEntries(refusal.faults.map(fault => [fault.pointer, fault.detail]))
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, wrong, faults, run }
}
