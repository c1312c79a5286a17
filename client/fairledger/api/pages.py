"""Two pages for people: what this service is, and its API described; plain HTML, without scripts of anybody."""

from html import escape
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.service import service_of
from fairledger.api.tag_routes import LINK_LENGTH_MAX
from fairledger.deployment import CHANNEL

STYLE: Final = files("fairledger.api").joinpath("style.css").read_text("utf-8")
router = APIRouter(include_in_schema=False)
PAGES: Final = (  # for people: address, Chinese, English
    ("/board", "监管看板", "supervision board: what is wrong, the worst first"),
    ("/platforms", "平台信用", "platforms: disclosures, complaints, sanctions"),
    ("/funds", "流通总额", "what money is in circulation"),
    ("/complain", "我要投诉", "complain, without an account"),
    ("/my-data", "我的个人信息", "my personal data: see, show, correct, purge"),
    ("/my-data/check", "核对出示的内容", "check what you were shown"),
    ("/desk", "工作台（登录）", "desk of those who act (sign in)"),
    ("/desk/supervision", "监管待办（登录）", "what waits for officers (sign in)"),
    ("/desk/standards", "标准与表决（登录）", "standards, and votes on them (sign in)"),
    ("/desk/members", "成员（登录）", "members (sign in)"),
    ("/desk/licences", "服务许可（登录）", "licences of services (sign in)"),
    ("/desk/corrections", "个人信息更正（登录）", "corrections of personal data (sign in)"),
    ("/desk/funds", "资金（登录）", "funds (sign in)"),
)
ENTRIES: Final = (  # where to go on: address, Chinese, English
    ("/docs", "接口说明", "API description"),
    ("/openapi.json", "接口说明（机器可读）", "OpenAPI document"),
    ("/epcis/events", "最初的事件", "first events"),
    ("/epcis/epcs", "所有商品标识", "all goods that events name"),
    ("/trace/recalls?inForce=true", "正在召回的商品", "recalls in force"),
    ("/trace/licences", "商品条码许可", "who may name goods"),
    ("/licences", "支付、承运与检验许可", "who may move money, carry and inspect"),
    ("/.well-known/gs1resolver", "GS1 解析器", "GS1 resolver"),
    ("/healthz", "存活", "alive"),
    ("/readyz", "就绪", "ready"),
    ("/metrics", "指标", "metrics"),
)


@router.get("/", response_class=HTMLResponse)
def landing(request: Request) -> str:
    """Say whose service this is, and where to go on."""
    service = service_of(request)
    projected = service.follower.state.next_block
    return _page(
        f"Fairledger · {service.organization}",
        f"""
<h1>Fairledger <small>{escape(service.organization)}</small></h1>
<section lang="zh"><p>这是电商诚信联盟链成员 <b>{escape(service.organization)}</b> 的数据服务。
它按 GS1 EPCIS 2.0 标准接收溯源事件，经背书后写入 Hyperledger Fabric 通道 <b>{CHANNEL}</b>；
查询由本机构自己的数据库回答，该数据库只由链上区块生成，目前已处理 {projected} 个区块。</p></section>
<section lang="en"><p>This is the data service of <b>{escape(service.organization)}</b>, a member of the
e-commerce credit consortium. It takes events of goods by the GS1 standard EPCIS 2.0, has them endorsed and ordered on
the Hyperledger Fabric channel <b>{CHANNEL}</b>, and answers queries from this organisation's own database, which is
made of the channel's blocks alone: {projected} of them so far.</p></section>
<form action="/scan"><p><label for="link">标签、EPC 或 GS1 Digital Link · tag, EPC or GS1 Digital Link</label><br>
<input id="link" name="link" required maxlength="{LINK_LENGTH_MAX}" size="48" autocomplete="off">
<button>查看 · look</button></p></form>
<ul>
{"".join(_entry(*each) for each in PAGES)}
</ul>
<h2><span lang="zh">数据接口</span> · for programs</h2>
<ul>
{"".join(_entry(*each) for each in ENTRIES)}
</ul>""",
    )


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> str:
    """Show the OpenAPI document as a page."""
    document = request.app.openapi()
    operations = "".join(
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    title = f"{document['info']['title']} {document['info']['version']}"
    return _page(
        title,
        f"""<p><a href="/">Fairledger</a></p><h1>{escape(title)}</h1>
<p>{escape(document["info"]["description"])} <a href="/openapi.json">OpenAPI</a></p>{operations}""",
    )


@router.get("/style.css")
def style() -> Response:
    """The pages' style sheet."""
    return Response(STYLE, media_type="text/css")


def _entry(address: str, zh: str, en: str) -> str:
    return f'<li><a href="{escape(address)}"><span lang="zh">{escape(zh)}</span> · {escape(en)}</a></li>'


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(parameter) for parameter in operation.get("parameters", ()))
    bodies = ", ".join(operation.get("requestBody", {}).get("content", ()))
    answers = "".join(
        f"<li><b>{escape(status)}</b> {escape(response['description'])}"
        f" <small>{escape(', '.join(response.get('content', ())))}</small></li>"
        for status, response in operation["responses"].items()
    )
    return f"""<article><h2><code>{escape(method.upper())} {escape(path)}</code></h2>
<p><b>{escape(operation.get("summary", ""))}</b> {escape(operation.get("description", ""))}</p>
{"<p>Bearer token needed.</p>" if operation.get("security") else ""}
{f"<p>Body: {escape(bodies)}</p>" if bodies else ""}
{f"<table><thead><tr><th>Parameter</th><th>In</th><th></th></tr></thead><tbody>{rows}</tbody></table>" if rows else ""}
<ul>{answers}</ul></article>"""


def _parameter(parameter: dict[str, Any]) -> str:
    needed = " (required)" if parameter.get("required") else ""
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code>{needed}</td><td>{escape(parameter['in'])}</td>"
        f"<td>{escape(parameter.get('description', ''))}</td></tr>"
    )


def _page(title: str, body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><main>{body}</main></body></html>"""
