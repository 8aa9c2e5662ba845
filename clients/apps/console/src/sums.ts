// Money as the server counts it: decimal text, lines rounded half to even, and the sum rule that every order obeys.

const DIGITS = 6
const SCALE = 10n ** BigInt(DIGITS)
const MINOR: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, KWD: 3, BHD: 3, OMR: 3, TND: 3, JOD: 3 }

interface Counted {
  amount?: string | null
}
/** What an order's sum is made of; whatever is not given counts as nothing. */
export interface Sums {
  lines: { quantity?: string | null; unit_price?: string | null }[]
  discounts?: Counted[] | null
  fees?: Counted[] | null
  shipping?: string | null
  tax?: string | null
  tax_included?: boolean | null
}

/** lines - discounts + fees + shipping (+ tax unless included); undefined where a number cannot be read. */
export function computedTotal(sums: Sums, currency: string): string | undefined {
  const lines = sums.lines.map(line => lineAmount(line.quantity, line.unit_price, currency))
  const minus = (sums.discounts ?? []).map(one => scaled(one.amount))
  const plus = [
    ...(sums.fees ?? []).map(one => scaled(one.amount)),
    scaled(sums.shipping ?? '0'),
    scaled(sums.tax_included === false ? (sums.tax ?? '0') : '0'),
  ]
  const parts = [...lines, ...minus, ...plus]
  if (parts.some(part => part === undefined)) return undefined
  const sum = (numbers: (bigint | undefined)[]): bigint => numbers.reduce<bigint>((all, one) => all + (one ?? 0n), 0n)
  return shown(rounded(sum(lines) - sum(minus) + sum(plus), SCALE, currency), currency)
}

/** What a line comes to; undefined where a number cannot be read. */
export function lineTotal(line: Sums['lines'][number], currency: string): string | undefined {
  return computedTotal({ lines: [line] }, currency)
}

/** Whether two decimal texts are the same number. */
export function same(left: string, right: string): boolean {
  return scaled(left) === scaled(right)
}

function lineAmount(quantity: unknown, price: unknown, currency: string): bigint | undefined {
  const [many, each] = [scaled(quantity), scaled(price)]
  if (many === undefined || each === undefined) return undefined
  return rounded(many * each, SCALE * SCALE, currency) * (SCALE / 10n ** BigInt(minor(currency)))
}

const minor = (currency: string): number => MINOR[currency] ?? 2

/** In the currency's smallest unit, half to even. */
function rounded(value: bigint, scale: bigint, currency: string): bigint {
  const unit = scale / 10n ** BigInt(minor(currency))
  const [whole, rest] = [value / unit, value % unit]
  const twice = (rest < 0n ? -rest : rest) * 2n
  const up = twice > unit || (twice === unit && whole % 2n !== 0n)
  return up ? whole + (value < 0n ? -1n : 1n) : whole
}

function shown(units: bigint, currency: string): string {
  const digits = minor(currency)
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0')
  const sign = units < 0n ? '-' : ''
  return digits ? `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` : sign + text
}

function scaled(text: unknown): bigint | undefined {
  const found = typeof text === 'string' ? /^(-?)(\d{1,14})(?:\.(\d{1,6}))?$/.exec(text.trim()) : null
  if (!found) return undefined
  const [, sign, whole = '0', fraction = ''] = found
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(DIGITS, '0'))
  return sign ? -value : value
}
