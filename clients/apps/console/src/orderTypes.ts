// Order types as whoever enters an order meets them: what each is called, and the fields of its own.
import { useQuery } from '@tanstack/vue-query'
import { getOrderTypeVersion, listOrderTypes, unwrap } from '@throughline/api'
import type { Schema } from '@throughline/ui'
import { computed } from 'vue'

interface TypeDocument {
  lead_time_days: number
  fields?: Schema
}
const NO_FIELDS: Schema = { type: 'object', properties: {} }

/** All published types, and the newest document of the one that is chosen. */
export function useOrderTypes(chosen: () => string) {
  const listed = useQuery({ queryKey: ['order-types'], staleTime: 60_000, queryFn: () => unwrap(listOrderTypes()) })
  const types = computed(() => (listed.data.value?.items ?? []).filter(one => one.version !== null))
  const version = computed(() => types.value.find(one => one.key === chosen())?.version ?? undefined)
  const read = useQuery({
    queryKey: ['order-type', chosen, version],
    enabled: () => version.value !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => unwrap(getOrderTypeVersion({ path: { key: chosen(), n: version.value ?? 0 } })),
  })
  const document = computed(() => read.data.value as unknown as TypeDocument | undefined)
  const own = computed(() => document.value?.fields ?? NO_FIELDS)
  const hasOwn = computed(() => Object.keys(own.value.properties ?? {}).length > 0)
  return { types, own, hasOwn, leadDays: computed(() => document.value?.lead_time_days), ...listed }
}
