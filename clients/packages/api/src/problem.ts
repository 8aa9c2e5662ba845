// A refusal of the server (RFC 9457) as something that a screen can show.

export interface FieldFault {
  pointer: string
  code: string
  detail: string
}

interface ProblemBody {
  code?: string
  detail?: string
  texts?: { zh: string; en: string }
  errors?: FieldFault[]
}

/** What the server refused, or that it could not be asked (`status` 0, `code` `offline`). */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly texts: { zh: string; en: string } | undefined
  readonly faults: FieldFault[]

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.code ?? String(status))
    this.status = status
    this.code = body.code ?? (status ? 'unreadable' : 'offline')
    this.texts = body.texts
    this.faults = body.errors ?? []
  }

  /** The fault of one field, by its JSON pointer. */
  at(pointer: string): string | undefined {
    return this.faults.find(fault => fault.pointer === pointer)?.detail
  }
}

/** Whatever was thrown, as a refusal. */
export function refusalOf(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown
  return new Refused(0, { detail: thrown instanceof Error ? thrown.message : undefined })
}

interface Answer<T> {
  data?: T
  error?: unknown
  response?: Response
}

/** The data of a call, or `Refused` thrown. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call
  if (response?.ok) return data as T
  throw new Refused(response?.status ?? 0, isProblem(error) ? error : {})
}

function isProblem(value: unknown): value is ProblemBody {
  return typeof value === 'object' && value !== null && 'code' in value
}
