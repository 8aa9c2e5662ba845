// One touch, one report: a glove that touches twice, or a phone that is slow to answer, makes no second one.
import { type Ref, ref } from 'vue'

/** `busy` while something is being done; what is asked for meanwhile is passed over. After a failure one may try again. */
export function useOnce(): { busy: Ref<boolean>; once: (work: () => Promise<unknown>) => Promise<void> } {
  const busy = ref(false)
  async function once(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await work()
    } finally {
      busy.value = false
    }
  }
  return { busy, once }
}
