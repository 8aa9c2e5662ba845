// Quantities are decimal text; a float would turn 0.1 + 0.2 into something else.

const DIGITS = 6
const SCALE = 10n ** BigInt(DIGITS)

/** Whether a text is a quantity: digits, at most six after the point, not negative. */
export function isQuantity(text: string): boolean {
  return /^\d{1,12}(\.\d{1,6})?$/.test(text)
}

export function plus(left: string, right: string): string {
  return text(scaled(left) + scaled(right))
}

export function minus(left: string, right: string): string {
  return text(scaled(left) - scaled(right))
}

export function isMore(left: string, right: string): boolean {
  return scaled(left) > scaled(right)
}

function scaled(quantity: string): bigint {
  const [whole = '0', fraction = ''] = quantity.replace('-', '').split('.')
  const value = BigInt(whole || '0') * SCALE + BigInt(fraction.slice(0, DIGITS).padEnd(DIGITS, '0'))
  return quantity.startsWith('-') ? -value : value
}

function text(value: bigint): string {
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  const fraction = (size % SCALE).toString().padStart(DIGITS, '0').replace(/0+$/, '')
  return `${sign}${size / SCALE}${fraction ? `.${fraction}` : ''}`
}
