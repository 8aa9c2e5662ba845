// Photos are made small on the phone: a defect is seen at 1600 pixels, and 200 KB travel where 6 MB do not.

export interface Taken {
  sha256: string
  bytes: Blob
}

const LONGEST_SIDE = 1600
const QUALITY = 0.8

/** A picture as a JPEG of at most 1600 pixels, with its hash. */
export async function compress(file: Blob): Promise<Taken> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return hashed(await encoded(canvas, 'image/jpeg', QUALITY))
}

export function encoded(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> {
  return new Promise((done, failed) => {
    canvas.toBlob(bytes => (bytes ? done(bytes) : failed(new Error('not encoded'))), type, quality)
  })
}

export async function hashed(bytes: Blob): Promise<Taken> {
  const digest = await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer())
  return { sha256: [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join(''), bytes }
}
