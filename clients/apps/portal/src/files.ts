// Files that go with a message or a complaint: refused in words before they travel, sent at once, with how far they are.
import { type MessageFile, refusalOf, upload } from '@throughline/api'
import { told, useI18n } from '@throughline/i18n'
import { computed, ref } from 'vue'

const KINDS = ['jpg', 'jpeg', 'png', 'webp', 'pdf', 'xlsx', 'dwg', 'dxf', 'step', 'stp', 'stl', 'glb']
const LARGEST_MB = 64
const MOST = 10
export const PHOTOS = 'image/jpeg,image/png,image/webp'
export const ACCEPTED = KINDS.map(kind => `.${kind}`).join(',')

export interface Attached {
  key: number
  name: string
  /** How much of it is sent, 0 to 1. */
  part: number
  file?: MessageFile
  wrong?: string
  /** Try again; for what did not arrive. */
  again?: () => void
  stop: AbortController
}

let keys = 0

export function useFiles(orderNo: string) {
  const { t, locale } = useI18n()
  const attached = ref<Attached[]>([])
  const going = computed(() => attached.value.some(one => !one.file && !one.wrong))
  const failed = computed(() => attached.value.some(one => one.wrong))
  const files = computed(() => attached.value.flatMap(one => (one.file ? [one.file] : [])))

  /** What speaks against a file before it travels. */
  function objection(file: File): string {
    const kind = file.name.split('.').pop()?.toLowerCase() ?? ''
    if (!KINDS.includes(kind)) return t('portal.files.kind', { kinds: KINDS.join(' ') })
    if (!file.size) return t('portal.files.empty')
    return file.size > LARGEST_MB * 1024 * 1024 ? t('portal.files.large', { most: LARGEST_MB }) : ''
  }
  async function send(one: Attached, file: File): Promise<void> {
    one.wrong = undefined
    one.part = 0
    const path = `/api/v1/portal/orders/${encodeURIComponent(orderNo)}/messages/files`
    const progress = (part: number): void => {
      one.part = part
    }
    try {
      one.file = await upload<MessageFile>(path, file, { progress, signal: one.stop.signal })
    } catch (thrown) {
      const refusal = refusalOf(thrown)
      one.wrong = refusal.status ? told(refusal.texts, locale.value) || refusal.message : t('common.offline')
      one.again = refusal.status && refusal.status < 500 ? undefined : () => void send(one, file)
    }
  }
  function add(chosen: Iterable<File>): void {
    for (const file of chosen) {
      const wrong = attached.value.length < MOST ? objection(file) : t('portal.files.many', { most: MOST })
      attached.value.push({ key: keys++, name: file.name, part: 0, wrong, stop: new AbortController() })
      const one = attached.value[attached.value.length - 1]!
      if (!wrong) void send(one, file)
    }
  }
  function remove(key: number): void {
    attached.value.find(one => one.key === key)?.stop.abort()
    attached.value = attached.value.filter(one => one.key !== key)
  }
  function clear(): void {
    attached.value = []
  }
  return { attached, going, failed, files, add, remove, clear }
}
