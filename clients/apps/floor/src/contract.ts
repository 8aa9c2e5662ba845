// What the phone keeps is what the interface answers: where the two part, the type check says so.
import type { PullOut, ResultOut, WorkOrderOut } from '@throughline/api'
import type { Article, Verdict, WorkOrder } from '@throughline/offline'

type Holds<Kept, _Told extends Kept> = true

export type WorkOrders = Holds<WorkOrder, WorkOrderOut>
export type Articles = Holds<Article, PullOut['articles'][number]>
export type Verdicts = Holds<Pick<Verdict, 'status' | 'code' | 'conflict_id'>, ResultOut>
