"""Files that people upload."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

FILE_TYPE_UNSUPPORTED = kind(
    "file_type_unsupported",
    Nature.UNSUPPORTED,
    "不接受这种文件；可上传：{accepted}",
    "Files of this kind are not taken; these are: {accepted}",
)
FILE_CONTENT_DIFFERS = kind(
    "file_content_differs",
    Nature.INVALID,
    "文件内容与其名称不符，或文件已损坏",
    "The file is not what its name says, or it is damaged",
)
IMAGE_TOO_LARGE = kind(
    "image_too_large",
    Nature.INVALID,
    "图片为 {width} × {height} 像素，超过上限 {limit}",
    "The picture has {width} x {height} pixels, over the limit of {limit}",
)
ARCHIVE_EXCESSIVE = kind(
    "archive_excessive",
    Nature.INVALID,
    "工作簿解压后过大，或含有不允许的内容",
    "The workbook unpacks into too much, or holds what is not allowed",
)
FILE_DAMAGED = kind(
    "file_damaged",
    Nature.MISSING,
    "存储中的文件已损坏，不予提供；请联系管理员从备份恢复",
    "The stored file was damaged and is not given out; ask an administrator to restore it from a backup",
)
FILES_UNAVAILABLE = kind(
    "files_unavailable",
    Nature.UNAVAILABLE,
    "文件存储暂时不可用，请稍候重试",
    "The file store is away for the moment; try again shortly",
)
