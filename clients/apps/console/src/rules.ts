// Alert rules as the office reads and writes them.
import type { te as exists, t as translate } from '@throughline/i18n'

export interface RuleLevel {
  after_hours: number
  to: string[]
  channels: string[]
  urgent?: boolean
}
export interface Rule {
  key: string
  label: { zh: string; en: string }
  fact: string
  hours?: number
  percent?: number
  when?: string | null
  severity: 'info' | 'warning' | 'high'
  enabled?: boolean
  banner_after_hours?: number
  levels: RuleLevel[]
  version?: number
}

export const CHANNELS = ['email', 'sms', 'wecom', 'dingtalk', 'feishu'] as const
export const SEVERITIES = ['info', 'warning', 'high'] as const
/** Those that every factory has; positions and people of its own are written as they are. */
export const PARTIES = [
  'party:merchandiser',
  'position:production_manager',
  'position:vice_president',
  'role:management',
  'role:production',
  'role:warehouse',
  'role:quality',
  'role:sales',
  'role:finance',
  'role:driver',
  'role:design',
] as const

/** 'role:production' in words; a position or a login of the factory's own as it is written. */
export function partyName(party: string, t: typeof translate, te: typeof exists): string {
  const [kind = '', name = ''] = party.split(':')
  if (kind === 'role') return te(`common.role.${name}`) ? t(`common.role.${name}`) : name
  return te(`console.rules.party.${name}`) ? t(`console.rules.party.${name}`) : name
}
