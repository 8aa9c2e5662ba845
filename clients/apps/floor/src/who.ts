// Who works here now. Of the store nothing: the first screen of a phone that nobody has used yet needs none.
import type { Profile } from '@throughline/offline'
import { computed, ref, shallowRef } from 'vue'

export const person = shallowRef<Profile>()
/** Whether somebody has opened their profile since the app was started or locked. */
export const open = ref(false)

export const rights = computed(() => new Set(person.value?.rights ?? []))
export const may = (right: string): boolean => rights.value.has(right) || rights.value.has('admin.all')

// A reload keeps the profile open; a new start of the app asks for the PIN.
const OPENED = 'throughline-opened'
const KNOWN = 'throughline-known'

/** Whether anybody has ever signed in here. */
export const isKnown = (): boolean => localStorage.getItem(KNOWN) !== null

/** Whose profile was open when the page was loaded last. */
export const openedBefore = (): string | null => sessionStorage.getItem(OPENED)

export function openAs(profile: Profile): void {
  localStorage.setItem(KNOWN, '1')
  sessionStorage.setItem(OPENED, profile.id)
  person.value = profile
  open.value = true
}

/** Leave the profile; somebody else, or the same person by PIN, goes on. Nothing that waits is touched. */
export function lock(): void {
  sessionStorage.removeItem(OPENED)
  open.value = false
}
