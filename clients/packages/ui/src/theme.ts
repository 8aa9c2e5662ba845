// Light, dark, or as the system has it; kept on this device.
import { ref } from 'vue'

export type Theme = 'light' | 'dark' | 'system'
const KEPT = 'throughline-theme'
const kept = localStorage.getItem(KEPT)

export const theme = ref<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')
apply()

export function choose(wanted: Theme): void {
  theme.value = wanted
  localStorage.setItem(KEPT, wanted)
  apply()
}

function apply(): void {
  if (theme.value === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme.value
}
