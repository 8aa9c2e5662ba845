// Going back where one came from; a link that was opened from outside has nothing behind it that is ours.
import type { RouteLocationRaw, Router } from 'vue-router'

export function leave(router: Router, otherwise: RouteLocationRaw): void {
  if (history.state?.back) router.back()
  else void router.replace(otherwise)
}
