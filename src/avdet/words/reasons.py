"""From a customer's own sentence to the reasons that it most likely means, in Turkish, Persian and English.

Nothing is decided by it: whoever files a claim is shown the likely reasons first, and chooses. Beginnings of words are looked
for in the folded text, however they were typed; a longer one may have a letter wrong, but for the first.

>>> suggest("kutusu ezilmiş, ekranı çatlak"), suggest("شارژر داخل جعبه نبود"), suggest("Thank you")
(('transit_damage',), ('missing_parts',), ())
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

from avdet.core.folding import fold
from avdet.core.vocabulary import REASONS

MOST: Final = 3
"""Reasons that are suggested at most."""
_LONG: Final = 6
"""Letters from which on a beginning is recognised with one of them wrong."""
_LONGEST: Final = 4_000
"""Letters of a text that are read."""
_NEAR: Final = 0.5
"""A reason is named beside the likeliest one if it is at least so likely in comparison."""

_CUES: Final[dict[str, dict[int, str]]] = {
    "withdrawal": {
        3: "vazgec, fikrim degis, fikrimi degis, cayma, pisman, begenm, hosuma gitm, ihtiyacim kalm, "
           "ihtiyacim yok, gerek kalm, yanlis siparis verd, yanlislikla siparis, yanlislikla aldi, istemiyor, bedenim, "
           "uzerime olma, "
           "پشیمان, منصرف, انصراف, خوشم نیامد, خوشم نیومد, نمی خواهم, نمیخواهم, نمیخوام, نمی خوام, لازم ندار, "
           "لازمش ندار, نظرم عوض, اشتباه سفارش داد, اندازه ام نیست, سایزم نیست, سایزش, به کارم نمی, نیازی ندار, "
           "change my mind, changed my mind, don t want, dont want, do not want, no longer want, no longer need, "
           "don t need, dont need, do not need, don t like, dont like, do not like, didn t like, ordered by mistake, "
           "bought by mistake, withdraw, regret, doesn t fit, doesnt fit, does not fit, too small, too big, too large, "
           "cheaper elsewhere",
        2: "kucuk geld, buyuk geld, dar geld, bol geld, almaktan, daha ucuz, کوچیک, کوچک است, بزرگ است, تنگ, گشاد, "
           "ارزان تر, مرجوع, پس بده, پس بدم, send it back, give it back, found it cheaper, found a better, wrong size",
        1: "iade etmek, iade, عودت, برگردان, return",
    },
    "defect": {
        3: "calismiyo, calismadi, calismaz, calismamak, bozuk, bozul, ariza, acilmiyo, acilmadi, sarj olmu, "
           "sarj olma, sarj etmi, sarj etme, "
           "sarj almiyo, isinmiyo, sogutmuyo, ses gelm, ses cikm, ses yok, kendi kendine kapan, donuyor, takiliyor, "
           "bozdu, goruntu yok, goruntu gelm, goruntu vermiyo, defolu, kusurlu, pili bitt, pili biti, خراب, "
           "کار نمی کن, کار نمیکن, "
           "کار نکرد, روشن نمی, روشن نمیش, روشن نشد, ایراد دار, نقص فنی, معیوب, شارژ نمی, شارژ نمیش, هنگ میکن, "
           "هنگ می کن, صدا ندار, صدا نمی, از کار افتاد, قطع می, خاموش می, خاموش میش, باتری خالی, داغ می, سوخت, "
           "not work, doesn t work, doesnt work, does not work, isn t working, isnt working, stopped work, "
           "no longer works, faulty, defect, won t turn, wont turn, will not turn, doesn t turn on, doesnt turn, "
           "not turn on, doesn t charge, does not charge, not charging, won t charge, wont charge, no sound, "
           "malfunction, freezes, "
           "shuts down, shuts off, keeps turning off, switches itself, overheat, dead on, no picture, doesn t heat, "
           "doesn t start, won t start",
        2: "durdu, sorunlu, isiniyor, tekliyor, کیفیت تصویر, مشکل فنی, مشکل دار, نمی چرخ, broke after, died, battery, "
           "error, glitch",
        1: "sorun, مشکل, ایراد, problem, broke",
    },
    "transit_damage": {
        3: "hasarl, hasar gorm, ezil, ezik, kirik, kiril, catla, catlak, parcalan, yirtik, yirtil, darbe, dagilmis, "
           "dokulmus, gocuk, patlamis, su almis, islanmis, شکست, شکسته, له شد, له شده, آسیب, ضربه, پاره شد, پاره بود, "
           "ترک خورد, ترک دار, خرد شد, خورد شده, فرو رفت, قر شد, ریخته بود, نشت, خیس, damag, crush, smash, dent, crack, "
           "shatter, torn, broken in transit, broken on arrival, arrived broken, came broken, arrived in pieces, "
           "leaked, leaking, squashed, soaked",
        2: "kargoda, kargocu, nakliye, tasima, cizil, cizik, در راه, هنگام حمل, حمل و نقل, خش, courier, transit, "
           "broken, scratch, during delivery, during shipping",
        1: "kutusu, kargo, جعبه, پست, shipping, box was",
    },
    "mismatch": {
        3: "aciklama, gorseldeki, gorseldek, fotograftaki, fotograftak, resimdeki, ilandaki, ilanda, sitede yaza, "
           "sitede yazi, sitede goru, sitede gord, sitedeki, yaziyordu, ozellikleri, ozelligi yok, orijinal degil, "
           "orjinal degil, sahte, taklit, "
           "uyusmuyo, uymuyor, tarif edil, vaat, مشخصات, مغایر, مطابقت, مطابق, توضیحات, تقلبی, اصل نیست, اصلی نیست, "
           "فیک, در سایت, توی سایت, تو سایت, با عکس, عکسش, نوشته بود, not as described, as described, description, "
           "different from the pic, different from the photo, not like the pic, not like in the, specification, specs, "
           "fake, counterfeit, not genuine, not original, advertis, listed, listing, the site said, website say, "
           "website said, pictured, as shown, does not match, doesn t match, not match",
        2: "rengi farkli, farkli renk, malzemesi, kumasi, رنگش فرق, جنسش, فرق دار, فرق می, colour is different, "
           "color is different, different colour, different color, different material, in the picture, in the photo",
        1: "farkli, فرق, different",
    },
    "missing_parts": {
        3: "eksik, aksesuar, kutudan cikm, kutunun icinden, icinden cikm, vidalar, vidasi, kablosu yok, sarj aleti yok, "
           "kumandasi yok, parcasi yok, parca yok, kullanma kilavuzu yok, ناقص, کسری, کم بود, کم است, کمه, "
           "داخل جعبه نبود, تو جعبه نبود, توی جعبه نبود, در جعبه نبود, نداشت, همراهش نبود, پیچ ها, پیچ هاش, "
           "لوازم جانبی, قطعه, قطعاتش, یکیش نیست, یکی کم, missing, incomplete, not in the box, wasn t in the box, "
           "wasnt in the box, weren t in the box, without the, without a, no charger, no cable, no remote, no screws, "
           "no manual, not included, wasn t included, left out, only one of, parts",
        2: "yoktu, cikmadi, kilavuz, adaptor, نبود, کابل, شارژر, دفترچه, accessor, screws, came without, lacks, short of",
        1: "yok, parca, ندار",
    },
    "wrong_item": {
        3: "yanlis urun, baska urun, baska bir urun, farkli urun, farkli bir urun, yanlis model, baska model, "
           "farkli model, siparis etmedig, siparis vermedig, benim degil, baskasinin, yanlis gonder, yanlis geld, "
           "yerine, baska bir sey, karistir, yanlis renk, baska renk, اشتباه فرستاد, اشتباهی, کالای دیگر, محصول دیگر, "
           "چیز دیگ, به جای, بجای, عوضی, سفارش نداد, مال من نیست, مدل دیگ, رنگ دیگ, یه چیز دیگ, اشتباه ارسال, "
           "اشتباه آمد, اشتباه اومد, wrong item, wrong product, wrong model, wrong colour, wrong color, wrong thing, "
           "wrong one, wrong order, instead of, instead, different item, different product, another product, "
           "another item, someone else, somebody else, not what i order, didn t order, not the one i, never ordered, "
           "something else, mixed up",
        2: "yanlis, baska, اشتباه, دیگری, wrong, sent me a, got a different",
        1: "ordered a, ordered the",
    },
    "installation_fault": {
        3: "montaj, kurulum, servis kurd, servis kuru, kuran ekip, kurdular, kuruldu, kurarken, takan usta, tesisat, "
           "monte, نصب, "
           "نصاب, راه اندازی, سرویس کار, تکنسین, install, fitter, fitted, technician, mounted, mounting, "
           "put together by, set up by, assembled by, plumber, electrician",
        2: "usta, teknisyen, sabitle, تعمیرکار, آقایی که آمد, wall, assembl",
        1: "ekip, servis",
    },
    "not_received": {
        3: "gelmedi, gelmiyor, ulasmadi, ulasmis degil, teslim almadim, teslim edilmedi, teslim etmedi, elime gecm, "
           "elime ulas, almadim, hala bekliyor, hala gelm, hala yok, halen gelm, kayip, kaybol, nerede kald, نرسید, "
           "نرسیده, تحویل نگرفت, تحویل نداد, تحویلم نداد, نیامد, نیومد, دریافت نکرد, گم شد, هنوز منتظر, کجاست, "
           "not arrived, never arrived, hasn t arrived, hasnt arrived, didn t arrive, didnt arrive, did not arrive, "
           "not received, never received, didn t receive, didnt receive, did not receive, haven t received, "
           "havent received, not delivered, wasn t delivered, never delivered, never came, didn t come, hasn t come, "
           "hasnt come, still waiting, lost in, got lost, no parcel, where is my, nothing came, nothing has arrived, "
           "nothing has come",
        2: "bekliyorum, teslim edildi goru, ortada yok, چند روز است, منتظرم, خبری نیست, been waiting, no sign of, "
           "says delivered",
        1: "teslim, تحویل, deliver",
    },
}  # fmt: skip
"""Reason → how telling they are → beginnings of words, several of which must follow each other."""


def suggest(text: str) -> tuple[str, ...]:
    """The likely reasons, the likeliest first; none where the text says nothing of the kind."""
    found = weights(text)
    best = max(found.values(), default=0)
    ranked = sorted(
        (reason for reason in found if found[reason] >= best * _NEAR), key=lambda reason: (-found[reason], _at(reason))
    )
    return tuple(ranked[:MOST])


def weights(text: str) -> dict[str, int]:
    """Reason → how much of the text speaks for it."""
    words = fold(text[:_LONGEST]).split()
    found: Counter[str] = Counter()
    said = {cue for at, word in enumerate(words) for cue in _cues().get(word[0], ()) if _follows(words, at, cue[2])}
    for reason, weight, cue in said:
        found[reason] += weight * len(cue)
    return dict(found)


@cache
def _cues() -> dict[str, list[tuple[str, int, tuple[str, ...]]]]:
    """The cues by their first letter, which everybody types right."""
    found: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
    for each in _read():
        found.setdefault(each[2][0][0], []).append(each)
    return found


def _read() -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for reason, graded in _CUES.items():
        for weight, cues in graded.items():
            yield from ((reason, weight, tuple(fold(cue).split())) for cue in cues.split(","))


def _follows(words: list[str], at: int, cue: tuple[str, ...]) -> bool:
    """Whether the words from `at` on begin as the cue has them."""
    return len(words) - at >= len(cue) and all(_begins(words[at + step], part) for step, part in enumerate(cue))


def _begins(word: str, part: str) -> bool:
    """Whether a word begins so; with one letter wrong, left out or too many where there are enough of them.

    >>> _begins("calismiyor", "calismiyo"), _begins("calsmiyor", "calismiyo"), _begins("yol", "yok")
    (True, True, False)
    """
    if len(part) < 4 and part.isascii():
        return word == part
    if word.startswith(part):
        return True
    if len(part) < _LONG or len(word) < len(part) - 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(word, part, strict=False)) if one != other), len(word))
    after = part[at + 1 :]
    return word[at + 1 :].startswith(after) or word[at:].startswith(after) or word[at + 1 :].startswith(part[at:])


def _at(reason: str) -> int:
    return REASONS.index(reason)
