// UUIDv7: 48 bits of the device's clock in milliseconds, then chance; made before anything is sent.

export type Randomness = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>

/** A maker of ids, lower-case text. `now` answers milliseconds. */
export function idMaker(now: () => number, random: Randomness): () => string {
  return () => {
    const bytes = random(new Uint8Array(16))
    let time = Math.floor(now())
    for (let index = 5; index >= 0; index--) {
      bytes[index] = time % 256
      time = Math.floor(time / 256)
    }
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
}
