// How words get in. The keyboard's own dictation needs nothing from us; what a browser brings itself is used where it
// answers. A recogniser of the server's or of WeCom's would be a further port of the same shape.

export interface Ear {
  /** Listen once; the words, or nothing where nothing was understood. */
  listen(language: string): Promise<string>
  stop(): void
}

interface Recognition {
  lang: string
  onresult: ((event: { results: { 0: { 0: { transcript: string } } } }) => void) | null
  onerror: (() => void) | null
  onend: (() => void) | null
  start(): void
  stop(): void
}

/** The browser's recogniser, or nothing where it has none. An iOS app on the home screen has one that never answers. */
export function browserEar(): Ear | undefined {
  const global = globalThis as unknown as Record<string, (new () => Recognition) | undefined>
  const Made = global.SpeechRecognition ?? global.webkitSpeechRecognition
  const standalone = (navigator as { standalone?: boolean }).standalone === true
  if (!Made || standalone || !globalThis.isSecureContext) return undefined
  let recognition: Recognition | undefined
  return {
    listen: language =>
      new Promise(done => {
        let heard = ''
        recognition = new Made()
        recognition.lang = language === 'en' ? 'en-US' : 'zh-CN'
        recognition.onresult = event => {
          heard = event.results[0][0].transcript
        }
        recognition.onerror = () => done('')
        recognition.onend = () => done(heard)
        recognition.start()
      }),
    stop: () => recognition?.stop(),
  }
}

/** Say a text, where the phone has a voice; nobody waits for it. */
export function say(text: string, language: string): void {
  if (!globalThis.speechSynthesis?.getVoices().length) return
  const words = new SpeechSynthesisUtterance(text)
  words.lang = language === 'en' ? 'en-US' : 'zh-CN'
  speechSynthesis.cancel()
  speechSynthesis.speak(words)
}
