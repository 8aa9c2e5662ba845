// Where the driver is, where the phone says so quickly; nobody waits for it.
const PATIENCE_MS = 3000

export interface Position {
  latitude?: string
  longitude?: string
}

export function position(): Promise<Position> {
  if (!navigator.geolocation) return Promise.resolve({})
  return new Promise(done => {
    const give = setTimeout(() => done({}), PATIENCE_MS)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(give)
        done({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) })
      },
      () => {
        clearTimeout(give)
        done({})
      },
      { maximumAge: 120_000, timeout: PATIENCE_MS, enableHighAccuracy: false },
    )
  })
}
