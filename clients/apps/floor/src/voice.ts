// A spoken note: recorded as small as speech allows, kept with the report like a photo.
import { hashed, type Taken } from './photos'

const LONGEST_MS = 60_000
const BITS_PER_SECOND = 16_000
// What Chromium, iOS and Firefox record, in the order of how small it is.
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export interface Recording {
  /** What was said; at the latest after a minute, whoever asks. */
  done: Promise<Taken>
  stop(): void
}

/** Whether this browser records at all; over plain http it does not. */
export const canRecord = (): boolean =>
  Boolean(navigator.mediaDevices) && typeof MediaRecorder !== 'undefined' && TYPES.some(MediaRecorder.isTypeSupported)

/** Begin to record. Throws where the microphone is refused. */
export async function startRecording(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const mimeType = TYPES.find(type => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND })
  const parts: Blob[] = []
  recorder.ondataavailable = event => parts.push(event.data)
  const done = new Promise<Taken>((kept, failed) => {
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop()
      hashed(new Blob(parts, { type: recorder.mimeType })).then(kept, failed)
    }
  })
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  recorder.start()
  setTimeout(stop, LONGEST_MS)
  return { done, stop }
}
