"""Who asks, and what they may do."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

FEATURE_NOT_GIVEN = kind(
    "feature_not_given",
    Nature.FORBIDDEN,
    "“{feature}”尚未对您开放",
    "'{feature}' has not been opened to you",
)

# Who asks
UNAUTHENTICATED = kind("unauthenticated", Nature.UNAUTHENTICATED, "请先登录", "Sign in first")
CREDENTIALS_INVALID = kind(
    "credentials_invalid", Nature.UNAUTHENTICATED, "账号或密码不正确", "Name or password is not right"
)
SECOND_FACTOR_REQUIRED = kind(
    "second_factor_required", Nature.UNAUTHENTICATED, "请输入两步验证码", "A code of your second factor is needed"
)
SECOND_FACTOR_INVALID = kind(
    "second_factor_invalid",
    Nature.UNAUTHENTICATED,
    "两步验证码不正确或已使用",
    "The code of the second factor is not right, or was used before",
)
SECOND_FACTOR_MISSING = kind(
    "second_factor_missing",
    Nature.FORBIDDEN,
    "您的岗位须先启用两步验证",
    "Your role asks for a second factor; set it up first",
)
SECOND_FACTOR_NOT_BEGUN = kind(
    "second_factor_not_begun", Nature.CONFLICT, "尚未启用两步验证", "No second factor has been set up"
)
SECOND_FACTOR_NEEDED = kind(
    "second_factor_needed",
    Nature.CONFLICT,
    "您的岗位要求两步验证，不能关闭",
    "Your role asks for a second factor, so it stays",
)
SESSION_ENDED = kind(
    "session_ended", Nature.UNAUTHENTICATED, "登录已失效，请重新登录", "The session has ended; sign in again"
)
ORIGIN_NOT_ALLOWED = kind(
    "origin_not_allowed", Nature.FORBIDDEN, "请求来源不允许", "Requests from that origin are not allowed"
)
RIGHT_MISSING = kind("right_missing", Nature.FORBIDDEN, "没有此权限：{right}", "This needs the right {right}")
ROLE_NOT_ALLOWED = kind(
    "role_not_allowed",
    Nature.FORBIDDEN,
    "您的岗位不能执行“{action}”，需要：{roles}",
    "Your role may not do '{action}'; it needs one of: {roles}",
)
FIELD_NOT_WRITABLE = kind("field_not_writable", Nature.FORBIDDEN, "您不能修改：{names}", "You may not write: {names}")
FIELD_NOT_READABLE = kind(
    "field_not_readable", Nature.MALFORMED, "不能按此字段筛选或排序：{names}", "You may not filter or sort by: {names}"
)
LOGIN_TAKEN = kind("login_taken", Nature.CONFLICT, "登录名已被使用：{login}", "That login is taken: {login}")
LAST_ADMINISTRATOR = kind(
    "last_administrator", Nature.CONFLICT, "至少保留一位系统管理员", "Somebody has to remain who can administrate"
)
BADGE_UNKNOWN = kind(
    "badge_unknown", Nature.MISSING, "没有这张工牌，或已失效", "There is no such badge, or it counts no more"
)
PERSON_DISABLED = kind(
    "person_disabled", Nature.CONFLICT, "此人已停用，不能发放工牌", "They are shut out and get no badge"
)
ROLE_NOT_YOURS = kind(
    "role_not_yours",
    Nature.FORBIDDEN,
    "不能授予超出自己权限的岗位：{names}",
    "You may not give what is wider than yours: {names}",
)
RIGHT_NOT_YOURS = kind(
    "right_not_yours",
    Nature.FORBIDDEN,
    "不能授予自己没有的权限：{names}",
    "You may not give rights that you do not hold: {names}",
)
PERSON_OUTRANKS = kind(
    "person_outranks",
    Nature.FORBIDDEN,
    "此人的权限高于您，不能修改",
    "This person may do more than you, and so cannot be changed by you",
)
ROLE_TAKEN = kind("role_taken", Nature.CONFLICT, "岗位代码已被使用：{key}", "That role is there already: {key}")
ROLE_IN_USE = kind(
    "role_in_use",
    Nature.CONFLICT,
    "仍有人员、密钥或推送地址使用此岗位，或岗位已变化",
    "Somebody, a key or an endpoint still has this role, or it has changed",
)
ROLE_BUILT_IN = kind("role_built_in", Nature.CONFLICT, "内置岗位不能删除", "A role that came with the product stays")
ADMINISTRATES_ALL = kind(
    "administrates_all",
    Nature.CONFLICT,
    "系统管理员岗位始终拥有全部权限，其他岗位不能拥有 admin.all",
    "The administrators' role keeps every right, and no other has admin.all",
)

# Single sign-on
SSO_STATE_INVALID = kind(
    "sso_state_invalid",
    Nature.UNAUTHENTICATED,
    "单点登录已过期或不是由此浏览器发起，请重试",
    "This sign-on was not begun in this browser, or too long ago; begin again",
)
SSO_NOT_VOUCHED = kind(
    "sso_not_vouched",
    Nature.UNAUTHENTICATED,
    "单点登录未能确认您的身份",
    "The single sign-on service does not vouch for you",
)
SSO_PERSON_UNKNOWN = kind(
    "sso_person_unknown",
    Nature.UNAUTHENTICATED,
    "您的单点登录账号尚未绑定本系统人员，请联系管理员",
    "Your account is not linked to anybody here; ask an administrator",
)
SSO_UNAVAILABLE = kind(
    "sso_unavailable", Nature.UNAVAILABLE, "单点登录服务暂时不可用", "The single sign-on service does not answer"
)
SSO_LINK_TAKEN = kind(
    "sso_link_taken",
    Nature.CONFLICT,
    "此人或此单点登录账号已有绑定",
    "That person, or that account, is linked already",
)
