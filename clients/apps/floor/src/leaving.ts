// Going back where one came from; a link that was opened from outside has nothing behind it that is ours.
import type { RouteLocationRaw, Router } from 'vue-router'

/** Answers once another screen is there. */
export function leave(router: Router, otherwise: RouteLocationRaw): Promise<unknown> {
  if (!history.state?.back) return router.replace(otherwise)
  const gone = new Promise<void>(done => {
    const stop = router.afterEach(() => {
      stop()
      done()
    })
  })
  router.back()
  return gone
}
