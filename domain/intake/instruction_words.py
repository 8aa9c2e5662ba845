"""The words of instructions: tables of patterns over folded text, written for `re.VERBOSE` (blanks count for nothing).

Each topic is one sort of thing that a person must act on. A topic's name appears in no answer; it groups the words.
"""

from __future__ import annotations

from collections.abc import Mapping

HARMLESS_CHINESE = r"""
    (?:别|不要|勿|不能|千万别|请勿)(?:再|给我)?(?:漏|忘|少|错|发错|弄错|寄错|丢|压|摔|碰|磕|破|坏)(?:发|寄|装|了|坏
    |到|着|放)*|(?:不用|不需要|不需|无需|不必|不要)开?(?:具)?(?:发票|票)(?!.*(?:放|附|寄))
    |已(?:经)?[^,。;]{0,8}(?:开票|开发票|改|换|处理|确认|核实|核对|补发|沟通|付清|好|了|退|取消|通知)|(?:送货|到货
    |发货|配送|上门|安装)(?:之?前|时)[^,。;]{0,6}(?:打|来)?(?:个)?(?:电话|联系|通知|短信|微信)|(?:提前
    |事先)[^,。;]{0,4}(?:电话|联系|通知)|怕(?:碎|坏|摔|压|磕)|易碎|轻拿轻放
    |(?<!看)(?:到|送)(?:了|达|货)?(?:之?前|后|时|的时候)?[^,。;]{0,3}(?:联系|打电话|给我打?电话|电话联系|通知)我?
"""
"""What is taken out before anything is looked for: cautions, what is done already, calls before delivery."""

HARMLESS_ENGLISH = r"""
    (?:can'?t|cannot|can\s+not)\s+wait|(?:ring|call|phone|text|ringing
    |calling)\s+(?:me\s+)?(?:\w+\s+){0,3}?before\s+(?:deliver\w*|shipp\w*|arriv\w*)|(?:don'?t|do\s+not
    |please\s+don'?t)\s+forget|extra\s+care\w*|in\s+good\s+condition
"""
"""The same in English."""

CHINESE: Mapping[str, str] = {
    "address": r"""
        (?:改|换|变更?|更改|修改|更换|更新)(?:一?下|个|到|成|为)*(?:收货|收件|送货|配送|邮寄|寄送|新|别的)?(?:地址
        |地点|收货人|收件人|电话|手机|联系人|姓名)|(?:地址|收货人|收件人|收件|联系人|电话)[^,。;]{0,4}(?:改|换|变
        |不对|有误|错|写错|更新|以)|新地址|另一?个地址|其他地址|(?:收货|收件|送货)?地址\s*[:是]|(?:收货人|收件人
        |联系人)\s*[:是]|(?:寄|发|送|送货|配送)(?:到|至|往|去)[^,。;]{0,24}?(?:路|街|号|小区|大厦|公司|工厂|仓库
        |工地|店|村|镇|县|市|省|区|学校|单位|室|栋|老家|另外|其他|别的|新房|公寓|花园|苑)|[\u4e00-\u9fff]{2,}(?:路
        |街|大道)\d+号
    """,
    "invoice": r"""
        发票|开票|专票|普票|增票|税票|抬头|税号|收据|开具
    """,
    "papers": r"""
        (?:不要|别|勿|不|无需|请勿)(?:放|附|带|写|显示|贴|有|夹|体现)[^,。;]{0,8}(?:价格|价目|单据|清单|价签|吊牌
        |发票|小票|logo|标|广告|厂家|单价|金额)|(?:价格|清单|小票|单据|价签|价目表|送货单)[^,。;]{0,6}(?:不要|别|勿)
        |代发|中性包装|保密|无标
    """,
    "replacement": r"""
        补发|补寄|补送|补给|补一|补上|补个|重发|重寄|换货|调换|更换|退换|破损|损坏|坏了|摔坏|碎了|质量问题|有问题
        |售后|瑕疵|划痕|(?:上次|之前|上一?单|前面|上回)[^,。;]{0,12}(?:少|欠|漏|缺|坏|破|错|没)|(?:少|漏)(?:发|寄|装
        |配|了)|欠的|欠着|没收到
    """,
    "parcels": r"""
        分(?:开|批|次|两|二|三|几|[2-9]|多)[^,。;]{0,3}(?:发|寄|送|装|次|批|单)|再(?:发|送|寄)(?!错)|先(?:发|送)(?!货|吧|了|$)[\u4e00-\u9fff\d]|拆(?:单|开)|(?:合并|拼单|并单|合单)
        |并到|合到|(?:和|跟|与|同)(?:上|另|前|之前|昨天|其他|那|我的?另|别的)[^,。;]{0,12}(?:一起|一块|合并|同时
        |一并)
    """,
    "change": r"""
        改(?:成|为|做|下|一下|尺寸|颜色|规格|款|单|动)|换(?:成|为|个|一个|颜色|规格|款|型号|尺寸|一下)|(?:颜色|尺寸
        |规格|型号|款式|数量|高度|宽度|长度|方向)[^,。;]{0,4}(?:改|换|变|错|调)|拍错|选错|下错|买错|点错|加(?:长|宽
        |高|厚|深)|(?:按|照)(?:图|样|要求|尺寸)|定做|图纸|开孔|打孔|左开|右开|非标|多拍|少拍
    """,
    "money": r"""
        改价|折现|差价|补差|退差|价格按|按上次|老价格|返现|返款|好评返|月结|账期|货到付款|到付|对公|转账|款到|付款后|尾款
        |定金|议价|优惠[^,。;]{0,3}(?:退|返|改)|多付|少付
    """,
    "timing": r"""
        (?:先别|先不|暂不|暂缓|暂停|晚点|晚些|推迟|延迟|延后|延期|缓)[^,。;]{0,3}(?:发|寄|送|出|安排|做|生产)?
        |不要(?:先|急着|马上|太早)?发货|别(?:急着|太早|先)发|等[^,。;]{0,14}(?:再|通知|确认|消息)[^,。;]{0,4}(?:发
        |寄|送|出|安排|做|$)|等通知|听通知|(?:年后|节后|过完年|开春|装修完|装修好|收房)[^,。;]{0,4}(?:再|发|送|寄
        |装)|暂存|先放|寄存|先做
    """,
    "cancelling": r"""
        取消|退款|退货|退掉|不要了|不想要|退单|不买了
    """,
    "handling": r"""
        上[一二三四五六七八九十\d]*楼|搬楼|搬上|抬上|楼层费|[无没](?:有)?电梯|楼梯房|入户|抬到|自提|自取|上门(?:取
        |提|安装|量|测|拉)|来(?:取|提|拉)(?:货)?|自己(?:来|去)?(?:取|提|拉)|(?:要|需要?|包|安排|预约|师傅|负责|帮忙?
        |请)(?:要|上门)?安装|吊(?:装|车)|卸货|叉车|尾板|换车|小车
    """,
    "carrier": r"""
        (?:发|走|用|寄|指定|换|改|要)(?:个)?(?:顺丰|德邦|京东|邮政|ems|中通|圆通|申通|韵达|极兔|安能|跨越|百世
        |壹米滴答|物流|专线|空运)|(?:不要|别|勿|不)(?:发|用|走)[^,。;]{0,6}(?:快递|顺丰|德邦|京东|邮政|ems|中通|圆通
        |申通|韵达|极兔|安能|跨越|百世|壹米滴答|物流|专线|空运)|指定快递
    """,
    "more": r"""
        再(?:要|加|订|买|来|做)\s*(?:\d|[一二两三四五六七八九十几])|追加|加购|加单|多(?:发|要|订|放|给|配|带|来|装)\s*(?:\d
        |[一二两三四五六七八九十几])|预留|留货|备货|少发|减(?:掉|少)|(?:下个?月|下周|后续|以后
        |之后)[^,。;]{0,8}(?:还要|再要|要订|还需|再订|要\d)
    """,
    "making": r"""
        刻字|印字|印logo|刻logo|激光|贺卡|卡片|代写|写上|打印|贴上|礼盒|礼品袋|礼品包装|包装成|手写
    """,
    "open": r"""
        为准|待定|未定|暂定|待确认|再确认|(?:请|麻烦|帮|需|要|先|和我|跟我|与我)[^,。;]{0,6}(?:确认|核对|核实|沟通)
        |(?:发货|生产|下单|做)前[^,。;]{0,6}(?:确认|核对|沟通|量|拍照)|见(?:聊天|旺旺|备注|图|附件|群)|看(?:聊天
        |旺旺|备注|图|附件|群)|详见|聊天记录|旺旺(?:上|里)?(?:说|聊|留言)|(?:如|按|照)(?:沟通|约定|聊的|说的)|咨询
        |问一下|请问|加(?:我)?微信|给我(?:打|来|回)?个?电话|回个?电话|联系我|联系一下
    """,
}
"""Topics in Chinese."""

ENGLISH: Mapping[str, str] = {
    "address": r"""
        (?:different|another|new|other|change[sd]?|correct|wrong|update[sd]?)\b.{0,20}\baddress
        |address\b.{0,20}\b(?:change|wrong|instead|is)\b|\b(?:ship|deliver|send)\s+(?:it\s+|this\s+|them\s+
        |the\s+order\s+|everything\s+)?(?:all\s+)?to[\s:]+(?!me\b|us\b|arrive|be\b)
    """,
    "invoice": r"""
        \binvoices?\b|\bvat\b|\breceipt\s+(?:in|to|for)|\bcompany\s+name\b|\b(?:p\.?o\.?
        |purchase\s+order)\s+(?:number|no)
    """,
    "papers": r"""
        \bprice\s*lists?\b
        |\b(?:do\s+not|don'?t)\s+(?:include|put|show|add|send)\s+(?:\w+\s+){0,2}(?:prices?|invoice|receipt|paperwork)\b
        |\b(?:without|no|remove|hide)\s+(?:\w+\s+)?(?:prices?|paperwork|logos?|branding
        |packing\s+slip)|\bplain\s+pack|\bneutral\s+pack|\bdrop\s?ship
    """,
    "replacement": r"""
        \breplac\w*|\bexchang\w*|\bbroken\b|\bdamaged?\b|\bmissing\b|\bdefective\b|\bfaulty\b|\bshort\s+(?:shipped
        |delivered)|\bscratched\b|\bowed?\b
    """,
    "parcels": r"""
        \bsplit\b|\bsepar\w*|\bcombin\w*|\btogether\s+with\b|\b(?:two|three|2|3|several)\s+(?:shipments|parcels
        |deliveries|boxes)\b|\bpartial\s+(?:ship|deliver)|\bsame\s+(?:box|parcel|shipment)\s+as
    """,
    "change": r"""
        \binstead\s+of\b|\bswap\b|\bchang(?:e|ed|ing)\b|\bcut\s+to\b|\bcustom\b|\b(?:colou?r|size
        |finish)\b.{0,20}\b(?:to|should|must|rather)\b|\bupgrade\b|\bmodif\w*|\bleft[- ]hand|\bright[- ]hand
    """,
    "money": r"""
        \bprice\s+match|\bdiscount|\bpay(?:ment)?\s+(?:on|by|upon|after|in)\b|\bcod\b|\bnet\s+\d+|\bdeposit\b
        |\bbalance\b|\bcharge\s+(?:to|my)|\baccount\s+(?:no|number)
    """,
    "timing": r"""
        \bhold\s+(?:until|till|off|the|this|my|for)|\bwait\s+(?:for|until|till|with)|\bdelay\b|\b(?:don'?t
        |do\s+not)\s+(?:ship|send|deliver|dispatch)\b|\bpostpone|\blater\s+date|\bnot\s+(?:ship
        |deliver)\w*\s+(?:before|until)|\bon\s+vacation|\baway\s+(?:until|till|from)
    """,
    "cancelling": r"""
        \bcancel\w*|\brefund\w*|\breturn(?:ed|ing|s)?\b(?!\s+(?:customer|client))
    """,
    "handling": r"""
        \bcollect(?:ed|ion|ing)?\b|\bpick(?:ed|ing)?[\s-]?up\b|\bwalk[- ]in\b|\binstall(?:ation|ed|er)?\b
        |\bassembl\w*|\bcarry\b|\bupstairs\b|\b(?:\d+(?:st|nd|rd|th)|second|third|fourth|fifth|top)\s+floor\b
        |\bno\s+(?:lift|elevator)\b|\btail[- ]?lift\b|\bfork\s?lift\b
    """,
    "carrier": r"""
        \b(?:via|use|by|with|using)\s+(?:dhl|ups|fedex|tnt|dpd|hermes|usps|royal\s+mail|sf\s+express|own\s+carrier
        |my\s+(?:carrier|forwarder))\b|\bforwarder\b|\bour\s+(?:carrier|courier)\b
    """,
    "more": r"""
        \breserve\b|\b\d+\s+(?:\w+\s+)?(?:units?|pieces?|pcs|sets?)?\s*more\b|\bmore\s+(?:units|pieces)\b
        |\badditional\s+\w+|\bextra\s+\d|\b\d+\s+extra\b|\badd\s+\d
    """,
    "making": r"""
        \bengrav\w*|\bwrap(?:ped)?\b.{0,20}\bgift|\bcard\s+(?:saying|with|reading)|\bgreeting\s+card
        |\blaser|\blogo\b|\bgift[- ]?(?:wrap\w*|message|card|note)\b|\bhandwritten\b|\bprint\b
        |\blabel(?:s|led)?\b|\bwrite\b
    """,
    "open": r"""
        \bplease\s+(?:confirm|check|advise|verify|clarify)|\bconfirm\s+(?:the|with|before)|\bsubject\s+to\b
        |\btb[cd]\b|\bto\s+be\s+confirmed\b|\bas\s+discussed\b|\bsee\s+(?:email|e-mail|attach\w*|drawing)
        |\bcontact\s+me\b|\bemail\s+me\b|\blet\s+me\s+know\b
    """,
}
"""Topics in English."""
