// The device's clock as it is. The server corrects reports by the moment at which they were sent; the phone only
// notices how far it is off, so that a person can mend it.

export const SKEW_SHOWN_SECONDS = 300

export interface Clock {
  /** Milliseconds of the device's own clock. */
  now(): number
}

/** An instant in UTC as reports carry it. */
export function instant(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}

/** Seconds by which the device is ahead of the server; half of the way there and back counts. */
export function skewSeconds(sentAt: number, receivedAt: number, serverTime: string): number {
  return Math.round((sentAt + (receivedAt - sentAt) / 2 - Date.parse(serverTime)) / 1000)
}
