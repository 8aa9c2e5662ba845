// The camera as a scanner. The decoder lies on the phone; nothing of a picture leaves it.
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import decoder from 'zxing-wasm/reader/zxing_reader.wasm?url'

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? decoder : prefix + path) },
})

const FORMATS = ['qr_code', 'data_matrix', 'code_128', 'code_39', 'ean_13'] as const
const EVERY_MS = 80

export interface Camera {
  stop(): void
  /** Whether there is a light, and switching it. */
  torch?: (on: boolean) => Promise<void>
}

export type CameraFault = 'insecure' | 'denied' | 'none'

/** Show the back camera in `video` and tell each code that is seen. Throws `CameraFault`. */
export async function watch(video: HTMLVideoElement, seen: (text: string) => void): Promise<Camera> {
  if (!navigator.mediaDevices) throw 'insecure' satisfies CameraFault
  const stream = await opened()
  video.srcObject = stream
  video.muted = true
  video.playsInline = true
  await video.play()
  const detector = new BarcodeDetector({ formats: [...FORMATS] })
  let running = true
  const look = async (): Promise<void> => {
    while (running) {
      await new Promise(next => setTimeout(next, EVERY_MS))
      if (!running || video.readyState < 2 || document.hidden) continue
      const [found] = await detector.detect(video).catch(() => [])
      if (running && found?.rawValue) seen(found.rawValue)
    }
  }
  void look()
  return {
    stop: () => {
      running = false
      for (const track of stream.getTracks()) track.stop()
      video.srcObject = null
    },
    torch: torchOf(stream),
  }
}

async function opened(): Promise<MediaStream> {
  try {
    const video = { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } }
    return await navigator.mediaDevices.getUserMedia({ video, audio: false })
  } catch (fault) {
    const name = fault instanceof DOMException ? fault.name : ''
    throw (name === 'NotAllowedError' ? 'denied' : 'none') satisfies CameraFault
  }
}

function torchOf(stream: MediaStream): Camera['torch'] {
  const track = stream.getVideoTracks()[0]
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined
  if (!track || !can?.torch) return undefined
  return on => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
}
