// English, loaded where it is spoken.
import common from '@throughline/i18n/en/common.json'
import words from '@throughline/i18n/en/console.json'

export default { common, console: words }
