// English, loaded where it is spoken.
import common from '@throughline/i18n/en/common.json'
import floor from '@throughline/i18n/en/floor.json'

export default { common, floor }
