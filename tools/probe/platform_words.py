"""What the probe of a platform has to say about what it finds: in Chinese, as the technician's phone call with the
province will be, and in English."""

# What a failure means and what to do, by the code of the terminal or one of the probe's own.
ADVICE = {
    "http.not_connected": (
        "连不上平台：检查网线、专线或 VPN、平台地址和端口。",
        "The platform cannot be reached: check the cable, the private line or VPN, address and port.",
    ),
    "insurance.not_connected": (
        "连不上平台：检查网线、专线或 VPN、平台地址和端口。",
        "The platform cannot be reached: check the cable, the private line or VPN, address and port.",
    ),
    "insurance.no_answer": (
        "连上了，但没有回答，或网关报 5xx：平台可能在维护，过一会儿再试；一直这样就打电话给平台。",
        "It was sent and no answer came, or a 5xx of the gateway: it may be under maintenance. Try later, then call.",
    ),
    "insurance.hung_up": (
        "平台一接通就断开：可能不接受本机的证书（platform.certificate_file 和 _key_file），也可能是线路。",
        "The platform hangs up without a word: our certificate (platform.certificate_file), or the line.",
    ),
    "insurance.maintenance": (
        "平台正在维护，回的是通知，不是答复：等它好了再试。",
        "The platform is under maintenance and shows a notice instead of an answer: try again when it is back.",
    ),
    "insurance.bad_answer": (
        "回答的不是医保接口的报文（可能是维护页面、别的网站或要登录的网络）：检查地址，或等维护结束。",
        "What answered is not the interface (a maintenance page, another site, a network that wants a log-in).",
    ),
    "insurance.certificate_expired": (
        "平台的证书过期了，或本机时间太快：先核对时间，时间对就请平台更换证书。",
        "The server's certificate has expired, or this clock is fast: check the time, then ask the platform.",
    ),
    "insurance.certificate_not_yet": (
        "平台的证书还没生效，或本机时间太慢：先核对时间。",
        "The server's certificate is not valid yet, or this clock is slow: check the time.",
    ),
    "insurance.certificate_untrusted": (
        "平台的证书不是受信任的机构发的：向平台要 CA 证书，写进 platform.ca_file；不要关掉验证。",
        "The certificate's issuer is not trusted: ask the platform for its CA (platform.ca_file).",
    ),
    "insurance.certificate_other_name": (
        "平台的证书是别的名称的：地址写错了，或平台换了服务器。用证书里的名称试试。",
        "The certificate is for another name: the address is wrong, or the server has changed.",
    ),
    "insurance.own_certificate": (
        "平台不接受本机的证书：没有配、过期了，或不是平台发的（platform.certificate_file 和 _key_file）。",
        "The platform does not take our certificate: none, expired, or not issued by it (platform.certificate_file).",
    ),
    "insurance.no_key": (
        "缺少或不能用的 SM2 密钥：platform.sign_key_file 是本机私钥，platform.platform_key 是平台公钥。",
        "An SM2 key is missing or wrong: platform.sign_key_file is our own, platform.platform_key the platform's.",
    ),
    "insurance.clock_refused": (
        "平台说签名的时间不对：本机时间和平台差得太多，先把时间校准。",
        "The gateway says that the signature's time is wrong: set this machine's clock.",
    ),
    "probe.wrong_secret": (
        "签名不一致：密钥（secret）错了，或 SM2 私钥和平台登记的公钥不是一对。向平台核对，注意多余的空格和换行。",
        "The signature is wrong: a wrong secret, or an SM2 key that is not the one on record there.",
    ),
    "probe.wrong_account": (
        "平台不认识这个账号：核对 gateway.account，测试和正式环境的账号不同。",
        "The gateway does not know the account: check gateway.account; test and production have different ones.",
    ),
    "probe.wrong_scheme": (
        "平台没有收到它要的请求头：gateway.scheme 不是这个平台的，或中间的代理去掉了请求头。",
        "The gateway misses its headers: gateway.scheme is not that of this platform, or a proxy drops headers.",
    ),
    "probe.wrong_path": (
        "签名通过了，但平台不认识这个地址或交易编号：核对 url、gateway.one_path 和 [paths]。",
        "Nobody is behind this path or number: check url, gateway.one_path and [paths].",
    ),
    "probe.other_institution": (
        "平台上没有这个机构编号：核对 clinic 里的 institution.code。",
        "The platform does not know the institution: check institution.code of the clinic.",
    ),
    "probe.clock_off": (
        "本机时间和平台差两分钟以上：打开网络校时，或装带电池的时钟。",
        "This clock and the platform's differ by more than two minutes: switch network time on.",
    ),
    "probe.certificate_ends": (
        "证书快到期了：现在就请平台（或自己）换新的。",
        "A certificate ends soon: have it renewed now.",
    ),
    "insurance.gateway_refused": (
        "网关拒绝了，没有到平台：把上面的原话告诉平台。",
        "The gateway refused it before the platform saw it: tell the platform its own words above.",
    ),
    "insurance.sign_in_refused": (
        "平台没有给出签到编号：把上面的原话告诉平台。",
        "The platform gave no sign-in number: tell it its own words above.",
    ),
    "insurance.refused": (
        "平台收到了，但拒绝了：把上面的原话告诉平台。",
        "The platform understood and refused: its own words are above.",
    ),
}

# What gateways and platforms say, and which of the above it is. Only Hunan's sentences stand in a document; others are
# recognised by what they have in common.
SAID = (
    ("时间戳", "insurance.clock_refused"),
    ("timestamp", "insurance.clock_refused"),
    ("签名不一致", "probe.wrong_secret"),
    ("验签", "probe.wrong_secret"),
    ("解密失败", "probe.wrong_secret"),
    ("signature", "probe.wrong_secret"),
    ("非法用户", "probe.wrong_account"),
    ("请求头", "probe.wrong_scheme"),
    ("报文参数", "probe.wrong_scheme"),
    ("报文格式", "probe.wrong_scheme"),
    ("未知交易", "probe.wrong_path"),
)


def meaning(code: str, said: str, cause: str) -> str:
    """The code in `ADVICE` for an error with the sentence that came with it."""
    if cause.endswith(("HTTP 404", "HTTP 405")):
        return "probe.wrong_path"
    found = next((advice for words, advice in SAID if words in said.lower()), "")
    return found or code
