// English, loaded where it is spoken.
import common from '@throughline/i18n/en/common.json'
import portal from '@throughline/i18n/en/portal.json'

export default { common, portal }
