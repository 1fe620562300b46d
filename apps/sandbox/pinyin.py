"""Toneless pinyin for the characters of Chinese place names.

Areas of the platform carry the pinyin of their lowest level ("su zhou shi"). The table
holds the commonest reading of each character in the names of the divisions file (checked
against pypinyin, MIT); names that read otherwise stand whole. Other characters have none.
"""

from __future__ import annotations

_READINGS = """
a 阿|an 安鞍|ao 澳|ba 巴坝|bai 白百柏|ban 坂板|bao 宝保包堡|bei 北贝|ben 本|bi 碧璧|bin 滨宾彬
bo 博亳泊波渤|bu 布步|cang 沧仓苍|ce 策|cha 茶|chang 长昌常|chao 朝潮巢|chen 辰陈郴
cheng 城成澄承|chi 赤池|chong 重崇|chu 楚滁|chun 春淳|ci 慈磁|cong 从|da 大达|dan 丹单|dang 当
dao 岛道|de 德|deng 登邓|di 迪|dian 甸|ding 定鼎|dong 东洞|dou 斗|du 都杜|dun 敦|e 额鄂峨|en 恩
er 尔二|fan 繁|fang 房坊方防|fei 肥|fen 汾|feng 丰凤封峰奉枫|fo 佛|fu 福阜抚扶富府|gan 甘赣
gang 岗港冈|gao 高|ge 格|gong 工巩贡公|gu 古固姑谷鼓|guan 关观管冠|guang 广光|gui 贵桂|guo 国郭
ha 哈|hai 海|han 汉邯韩|hang 杭|hao 浩濠|he 河合和鹤荷菏贺|hei 黑|heng 衡恒横|hong 红洪虹鸿
hu 湖沪虎户葫呼|hua 花华化桦|huai 淮怀|huan 环桓|huang 黄皇|hui 惠徽会辉汇|huo 霍
ji 济吉集冀鸡蓟即基|jia 嘉佳家加|jian 建涧简剑|jiang 江姜|jiao 胶焦郊|jie 揭界|jin 金津晋锦进
jing 京荆静景靖井泾|jiu 九酒|ju 莒巨|kai 开|kang 康|ke 克柯科|kong 空|kou 口|ku 库|kun 昆|la 拉
lai 莱来|lan 兰蓝澜|lang 廊朗阆|lao 老|le 乐勒|lei 雷|li 丽漓荔历里黎理溧澧|lian 连莲涟
liang 梁良凉|liao 聊辽|lin 临林麟邻|ling 岭陵凌灵零|liu 柳六浏|long 龙隆陇|lou 楼娄
lu 庐泸鹿芦鲁路六卢绿|luan 滦|luo 罗洛漯萝|lv 吕旅|ma 马麻|man 满|mang 芒|mao 茂|mei 梅眉美
meng 蒙孟|mi 密米|mian 绵|min 闽民岷|ming 明|mo 莫|mu 牡木穆沐|na 那纳|nan 南|nei 内|neng 能
ni 尼|ning 宁|nong 农|nu 怒|pan 盘攀番|pei 沛|peng 蓬彭鹏|pi 郫邳|ping 平萍坪屏|po 坡
pu 浦普莆蒲濮|qi 齐七祁旗启|qian 黔迁潜前千钱|qiang 羌|qiao 桥谯|qin 秦钦沁|qing 青清庆
qiong 琼邛|qiu 邱丘|qu 曲衢区渠|quan 泉全|que 阙|ren 仁任|ri 日|rong 融容荣蓉榕|ru 如汝|ruan 阮
rui 瑞|sa 萨|san 三|sang 桑|sha 沙厦|shan 山陕珊|shang 上商|shao 韶邵绍|she 社射|shen 深沈莘
sheng 盛|shi 市石十施师狮始|shou 寿|shu 蜀舒沭|shuang 双|shui 水|shun 顺|si 四思泗|song 松宋嵩
su 苏宿肃|sui 遂随绥睢|ta 塔|tai 台泰太|tan 潭郯|tang 唐塘汤|tao 桃洮|teng 滕|tian 天田|tie 铁
ting 亭汀|tong 通同铜潼桐|tu 土图吐|tuan 团|wan 万湾皖|wang 王望旺|wei 威渭潍卫魏维尾|wen 文温汶
wu 武乌吴五无芜梧婺舞|xi 西溪锡息|xia 夏峡下霞|xian 县仙咸先|xiang 湘襄香祥象乡响相|xiao 萧孝小
xie 谢|xin 新信忻辛鑫|xing 兴邢荥星行|xiong 雄|xiu 秀修|xu 徐许叙|xuan 宣|ya 雅崖
yan 盐延燕烟雁岩炎言鄢|yang 阳扬杨羊洋|yao 瑶姚|ye 叶邺|yi 宜义益伊仪依彝|yin 银阴印殷
ying 营英应颍|yong 永邕雍|you 右游攸酉|yu 玉余榆禹豫渝裕禺雨|yuan 元源原园沅袁|yue 岳越粤
yun 云运郧|za 杂|zan 赞|zang 藏|zao 枣|ze 泽|zeng 增|zhan 湛站|zhang 张漳章彰樟|zhao 昭肇赵招诏
zhe 浙|zhen 镇振圳|zheng 郑正政|zhi 芝枝治|zhong 中忠钟|zhou 州周舟|zhu 珠株诸竹朱|zhuang 庄
zhuo 卓涿|zi 自资淄子紫|zou 邹|zu 族|zun 遵|bang 蚌|xia 辖|chuan 川船|sheng 省|miao 苗|te 特
men 门|hui 回|yuan 远垣|zuo 左佐|li 利|yi 邑|bian 边|zhou 洲|ma 玛|yi 翼|dai 傣|shi 什|cha 察
zi 孜|tun 屯|zha 扎|tou 头|di 地|duo 多|si 斯|dong 侗|lu 陆|shan 善|kuang 矿|shu 树|tuo 托沱
dian 店|rao 饶|yi 沂|mo 墨|zhai 寨|lun 伦|wa 佤瓦|ka 喀卡|zhi 直|ji 级|hua 划|gan 干|liu 流留
hou 后侯|meng 盟|yu 鱼于|shen 神|lan 岚|ye 野|gou 沟|li 礼|fu 浮涪|mu 牟|cui 翠|feng 风|jian 尖
gai 盖|lang 浪|ba 八|cun 村|guan 灌莞|ming 名|kui 奎|tan 滩|shuo 朔|du 渡独|ruo 若|ai 爱|yan 堰
gao 皋|qun 群|ga 嘎|qiang 强|shou 首|jiao 交|bi 壁|sai 塞|kuan 宽|zhuang 壮|leng 棱|xiang 翔
guo 果|xian 贤|hun 浑|cai 蔡|bi 毕|can 璨|dai 岱|fan 樊|gan 淦|heng 珩|huang 潢|jiang 绛|jiu 玖
lai 涞|mao 冒|pan 潘|qi 淇|rong 戎|tan 坦|wu 巫|xun 浔循|yan 兖|zhi 织
an 岸庵|ang 昂|ao 敖|ba 灞霸鲅|bai 拜|ban 版班|bei 碑碚|bi 比泌濞|bie 别|bing 兵秉|bo 伯勃播
bu 埠部|cai 彩|cao 曹草|ce 册|cen 岑|cha 岔查|chan 瀍禅|chang 厂场|che 车|cheng 呈称|chi 茌
chong 充冲|chou 畴|ci 次|cong 丛|cuo 措错|dai 代带戴|dan 儋郸|dang 砀|dao 刀稻|de 得的|deng 灯磴等
di 坻底棣滴|dian 垫淀点电|diao 调|die 叠迭|ding 丁顶|dong 峒|du 度|duan 端|dui 堆|duo 掇|er 儿洱
fa 法|fan 烦范|fang 放邡|fei 妃费|fen 分芬|feng 烽锋|fu 复孚符罘芙附|ga 伽噶|gai 改|gan 感
gang 刚钢|gao 藁|ge 个仡各戈葛阁革|gen 根|geng 耿|gong 共功宫弓恭拱珙|gu 故沽|gua 瓜|guai 拐
guan 官馆|gui 归|guo 涡|han 含寒涵罕邗|hao 好|he 禾赫|heng 亨|hong 宏|hu 互壶祜胡|hua 滑骅|huai 槐
huang 凰晃湟煌|hui 晖|hun 珲|huo 获|ji 及暨极积稷绩|jia 夹架贾迦郏|jian 监碱箭间|jiang 将疆
jiao 椒礁蕉蛟|jie 介结节街解|jin 缙|jing 旌竞精经镜|jiu 久旧鸠|ju 句居|juan 鄄|jue 觉|jun 军君峻筠
kai 凯|kan 坎|kao 考|ke 岢|ken 垦|kong 崆|kun 坤|la 喇腊|lai 崃赉|lang 琅蒗郎|lao 佬崂|lei 垒类耒
leng 冷楞|li 傈力李栗梨犁离立蠡醴鲤|lian 廉濂联|liang 两|lie 列烈|lin 蔺|ling 令|lu 潞炉碌禄麓
luan 峦栾|lun 仑轮|lve 略|mai 迈麦|man 曼|mao 毛茅|mei 湄|men 们|meng 勐梦|mi 弥汨|mian 冕勉棉渑
min 敏闵|ming 鸣|mo 末漠磨谟默|mou 谋|mu 仫牧|nai 乃奈|nang 囊|nao 淖|ne 讷|nen 嫩|nian 年碾
nie 聂|niu 牛|nuo 诺|ou 瓯|pai 牌|pan 磐|pi 皮陂|pian 偏|piao 票|ping 凭|po 鄱颇|pu 仆埔谱
qi 其奇岐杞栖綦耆蕲起麒|qia 恰|qian 乾犍谦阡|qiao 巧硚|qie 且茄|qin 勤|qing 晴|qu 朐|quan 劝圈权
que 确|rang 壤让|rou 柔|ru 乳|rui 芮|run 润|sa 撒|sai 赛|se 色|sha 莎|shan 汕鄯|shang 尚
she 歙涉畲|shen 审申|sheng 圣嵊胜|shi 峙氏浉|shou 手|shu 墅曙熟疏|shuo 硕|si 寺|song 淞|su 僳
sui 濉穗|sun 孙|suo 索|tan 坛宕覃|tang 堂棠|tao 陶|teng 腾藤|ti 提|tu 徒涂突|tuo 拖脱陀|wa 洼
wai 外|wan 宛|wang 汪|wei 为伟围圩尉巍微未|wen 闻|weng 瓮翁|wo 卧斡沃|wu 伍务吾悟
xi 习喜昔浠淅细隰|xian 献鲜|xiang 厢向芗镶项|xiao 猇霄|xin 心|xing 杏陉|xiu 休岫|xu 溆盱|xuan 玄
xue 穴薛|xun 寻旬浚逊|ya 亚涯牙琊鸭|yan 偃彦晏沿焉研砚郾铅阎|yang 央漾|yao 尧耀要遥|ye 业冶掖
yi 夷峄弋易猗眙谊驿黟|yin 荫鄞音|ying 盈蓥迎鹰|yong 埇|you 友尤油犹邮|yu 域宇屿峪盂舆蔚虞郁隅
yuan 苑|yue 月|yun 匀蕴郓|zai 载|ze 则|zeng 曾|zha 札柞闸|zhan 沾|zhang 丈|zhao 召照|zhe 柘
zhen 浈真贞|zheng 征蒸|zhi 志指植脂至芷陟|zhong 仲|zhu 主助柱祝驻|zhun 准|zi 梓滋秭|zong 宗枞
zu 足|zui 嘴|zuo 作
""".replace("\n", "|")


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for group in _READINGS.split("|"):
        syllable, _, characters = group.strip().partition(" ")
        for character in characters:
            table.setdefault(character, syllable)
    return table


_BY_CHARACTER = _table()
_WHOLE_NAMES = {
    "六安市": "lu an shi",
    "蚌埠市": "beng bu shi",
    "番禺区": "pan yu qu",
    "东阿县": "dong e xian",
    "乐亭县": "lao ting xian",
    "乐陵市": "lao ling shi",
    "六合区": "lu he qu",
    "单县": "shan xian",
    "厦门市": "xia men shi",
    "吴堡县": "wu bu xian",
    "洪洞县": "hong tong xian",
    "穆棱市": "mu ling shi",
    "荥经县": "ying jing xian",
    "长子县": "zhang zi xian",
    "大埔县": "da bu xian",
    "尉犁县": "yu li xian",
    "吐鲁番市": "tu lu fan shi",
    "乐清市": "yue qing shi",
    "牟定县": "mou ding xian",
    "绿园区": "lv yuan qu",
    "绿春县": "lv chun xian",
}


def pinyin_of(name: str) -> str:
    """Lower-case syllables with spaces, or "" when a character is not in the table."""
    if name in _WHOLE_NAMES:
        return _WHOLE_NAMES[name]
    syllables = [_BY_CHARACTER.get(character, "") for character in name]
    return " ".join(syllables) if syllables and all(syllables) else ""
