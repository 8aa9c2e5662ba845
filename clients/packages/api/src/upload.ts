// A file on its way to the server, with how far it is: `fetch` cannot tell that.
import { Refused } from './problem'

export interface Uploading {
  /** Gets how much of it is sent, 0 to 1. */
  progress?: (part: number) => void
  signal?: AbortSignal
}

/** Send a file as a form's `file`; what the server answers. Raises `Refused`, by status 0 where nobody answered. */
export function upload<T>(path: string, file: File, { progress, signal }: Uploading = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'json'
    request.setRequestHeader('Idempotency-Key', crypto.randomUUID())
    request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0)
    request.onload = () =>
      request.status < 300
        ? resolve(request.response as T)
        : reject(new Refused(request.status, request.response ?? {}))
    request.onerror = () => reject(new Refused(0, {}))
    request.onabort = () => reject(new Refused(0, { code: 'aborted' }))
    signal?.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
