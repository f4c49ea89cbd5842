"""What the assistant says itself, in the six languages. Customers read every line of this."""
# ruff: noqa: E501 (lines of data)

from datetime import date

from django.utils import translation
from django.utils.formats import date_format

#: How a day is written in a sentence; the names of the months are Django's.
_DAY = {"es": r"j \d\e F", "pt": r"j \d\e F"}

_ENGLISH = {
    "greeting": "Hello, and welcome. Ask me about an order, delivery, returns or anything else from the shop.",
    "greeting_name": "Hello {name}, good to hear from you. How can I help?",
    "thanks": "You are very welcome. Write any time if there is anything else.",
    "goodbye": "Goodbye, and take care. We are here whenever you need us.",
    "identity": "I am the shop's automated assistant, not a person. I can help with orders and most questions, and if "
    "you would rather speak with a person, just say so at any time.",
    "order_paid": "Your order {number} ({items}) is paid and we are getting it ready.",
    "order_shipped": "Your order {number} ({items}) is on its way.",
    "order_delivered": "Your order {number} ({items}) has been delivered. If you cannot find it, tell me and a person "
    "will look into it.",
    "order_cancelled": "Your order {number} ({items}) was cancelled.",
    "order_returned": "Your order {number} ({items}) has come back to us as a return.",
    "order_expected": "We expect it to arrive on {day}.",
    "order_overdue": "It should have arrived on {day}, and I am sorry that it has not. A person can look into it for "
    "you: just say so.",
    "order_tracking": "You can follow it here: {url}",
    "order_unknown": "I cannot find order {number} among your orders. Could you check the number? It looks like B-10234 "
    "and is in your order confirmation.",
    "order_none": "I do not see any orders of yours yet. If you have an order number, please send it to me: it looks "
    "like B-10234 and is in your order confirmation.",
    "order_which": "Which order is it about? The number looks like B-10234 and is in your order confirmation.",
    "opted_out": "Understood. We will not write to you again unless you write to us first.",
    "back": "You are back with me, the shop's automated assistant. My colleague has handed the chat back to me, and I can see "
    "the whole conversation. Is there anything else I can do for you?",
    "back_told": "You are back with me, the shop's automated assistant. My colleague has told me where things stand, so you "
    "need not repeat anything. Is there anything left that I can help you with?",
    "here_again": "This is the shop's automated assistant again. Tell me what you need and I will do what I can, and if you "
    "would rather have a person, just say so.",
    "not_sure": "I am not sure about that, and I would rather not guess. Could you put it in other words? If you would like a "
    "person to look at it, just say so.",
    "cannot_read": "I can only read text, so I cannot tell what you sent. Could you write it in words? If you would like a "
    "person to look at it, just say so.",
}

_SPANISH = {
    "greeting": "¡Hola! Te damos la bienvenida. Pregúntame por un pedido, un envío, una devolución o lo que necesites.",
    "greeting_name": "Hola, {name}, ¡qué gusto saludarte! ¿En qué te puedo ayudar?",
    "thanks": "¡De nada! Si necesitas algo más, escríbeme cuando quieras.",
    "goodbye": "¡Hasta luego! Aquí estamos para cuando nos necesites.",
    "identity": "Soy el asistente automático de la tienda, no una persona. Puedo ayudarte con tus pedidos y con la mayoría "
    "de las preguntas, y si prefieres hablar con una persona, solo tienes que decírmelo.",
    "order_paid": "Tu pedido {number} ({items}) está pagado y lo estamos preparando.",
    "order_shipped": "Tu pedido {number} ({items}) está en camino.",
    "order_delivered": "Tu pedido {number} ({items}) figura como entregado. Si no lo encuentras, dímelo y una persona lo "
    "revisará.",
    "order_cancelled": "Tu pedido {number} ({items}) fue cancelado.",
    "order_returned": "Tu pedido {number} ({items}) nos llegó de vuelta como devolución.",
    "order_expected": "Esperamos que llegue el {day}.",
    "order_overdue": "Debería haber llegado el {day}; lamento que no haya sido así. Una persona puede revisarlo: solo "
    "tienes que pedírmelo.",
    "order_tracking": "Puedes seguirlo aquí: {url}",
    "order_unknown": "No encuentro el pedido {number} entre los tuyos. ¿Puedes revisar el número? Es como B-10234 y está en "
    "la confirmación de tu compra.",
    "order_none": "Todavía no veo ningún pedido tuyo. Si tienes un número de pedido, envíamelo: es como B-10234 y está en la "
    "confirmación de tu compra.",
    "order_which": "¿De qué pedido se trata? El número es como B-10234 y está en la confirmación de tu compra.",
    "opted_out": "Entendido. No volveremos a escribirte, salvo que nos escribas tú primero.",
    "back": "Vuelves a estar conmigo, el asistente automático de la tienda. Mi compañero me ha devuelto la conversación y puedo "
    "verla completa. ¿Te puedo ayudar en algo más?",
    "back_told": "Vuelves a estar conmigo, el asistente automático de la tienda. Mi compañero me ha contado en qué punto está "
    "todo, así que no hace falta que repitas nada. ¿Queda algo en lo que te pueda ayudar?",
    "here_again": "Soy otra vez el asistente automático de la tienda. Cuéntame qué necesitas y haré lo que pueda; si prefieres "
    "hablar con una persona, solo tienes que decirlo.",
    "not_sure": "De eso no estoy seguro y prefiero no adivinar. ¿Puedes decírmelo con otras palabras? Si quieres que lo vea una "
    "persona, solo tienes que decirlo.",
    "cannot_read": "Solo puedo leer texto, así que no sé qué me has enviado. ¿Puedes escribírmelo? Si quieres que lo vea una "
    "persona, solo tienes que decirlo.",
}

_PORTUGUESE = {
    "greeting": "Olá! Boas-vindas. Pode me perguntar sobre um pedido, entrega, devolução ou o que precisar.",
    "greeting_name": "Olá, {name}, que bom falar com você! Como posso ajudar?",
    "thanks": "Por nada! Se precisar de mais alguma coisa, é só escrever.",
    "goodbye": "Até mais! Estamos aqui sempre que precisar.",
    "identity": "Sou o assistente automático da loja, não uma pessoa. Posso ajudar com pedidos e com a maioria das dúvidas, e "
    "se você preferir falar com uma pessoa, é só me dizer a qualquer momento.",
    "order_paid": "Seu pedido {number} ({items}) está pago e estamos preparando tudo.",
    "order_shipped": "Seu pedido {number} ({items}) está a caminho.",
    "order_delivered": "Seu pedido {number} ({items}) consta como entregue. Se não o encontrar, me avise e uma pessoa vai "
    "verificar.",
    "order_cancelled": "Seu pedido {number} ({items}) foi cancelado.",
    "order_returned": "Seu pedido {number} ({items}) voltou para nós como devolução.",
    "order_expected": "A previsão de chegada é {day}.",
    "order_overdue": "Ele deveria ter chegado em {day}; peço desculpas pelo atraso. Uma pessoa pode verificar para você: é só "
    "pedir.",
    "order_tracking": "Você pode acompanhar aqui: {url}",
    "order_unknown": "Não encontro o pedido {number} entre os seus. Pode conferir o número? Ele é parecido com B-10234 e está "
    "na confirmação da compra.",
    "order_none": "Ainda não vejo nenhum pedido seu. Se tiver um número de pedido, me envie: ele é parecido com B-10234 e está "
    "na confirmação da compra.",
    "order_which": "É sobre qual pedido? O número é parecido com B-10234 e está na confirmação da compra.",
    "opted_out": "Entendido. Não vamos mais escrever para você, a menos que você nos escreva primeiro.",
    "back": "Você está de volta comigo, o assistente automático da loja. Meu colega devolveu a conversa para mim e eu consigo "
    "vê-la inteira. Posso ajudar em mais alguma coisa?",
    "back_told": "Você está de volta comigo, o assistente automático da loja. Meu colega me contou em que ponto estamos, então "
    "não é preciso repetir nada. Ficou faltando algo em que eu possa ajudar?",
    "here_again": "Aqui é o assistente automático da loja de novo. Diga do que precisa e farei o que puder; se preferir falar "
    "com uma pessoa, é só dizer.",
    "not_sure": "Sobre isso não tenho certeza e prefiro não adivinhar. Pode explicar com outras palavras? Se quiser que uma "
    "pessoa veja, é só dizer.",
    "cannot_read": "Só consigo ler texto, então não sei o que você enviou. Pode escrever em palavras? Se quiser que uma pessoa "
    "veja, é só dizer.",
}

_ARABIC = {
    "greeting": "أهلًا وسهلًا بك. اسألني عن طلب أو توصيل أو إرجاع أو أي شيء آخر يخص المتجر.",
    "greeting_name": "أهلًا {name}، يسعدنا تواصلك. كيف يمكنني مساعدتك؟",
    "thanks": "على الرحب والسعة. راسلني في أي وقت إن احتجت إلى شيء آخر.",
    "goodbye": "مع السلامة. نحن هنا متى احتجت إلينا.",
    "identity": "أنا المساعد الآلي للمتجر ولست شخصًا. أستطيع المساعدة في الطلبات ومعظم الأسئلة، وإن كنت تفضل التحدث مع شخص "
    "فأخبرني بذلك في أي وقت.",
    "order_paid": "تم دفع طلبك {number} ({items}) ونحن نجهّزه الآن.",
    "order_shipped": "طلبك {number} ({items}) في الطريق إليك.",
    "order_delivered": "تم تسليم طلبك {number} ({items}). إن لم تجده فأخبرني، وسيتحقق أحد زملائنا من الأمر.",
    "order_cancelled": "تم إلغاء طلبك {number} ({items}).",
    "order_returned": "وصلنا طلبك {number} ({items}) كمرتجع.",
    "order_expected": "نتوقع وصوله يوم {day}.",
    "order_overdue": "كان من المفترض أن يصل يوم {day}، ونعتذر عن التأخير. يمكن لأحد زملائنا التحقق من الأمر: فقط اطلب ذلك.",
    "order_tracking": "يمكنك متابعته من هنا: {url}",
    "order_unknown": "لم أجد الطلب {number} ضمن طلباتك. هل يمكنك التأكد من الرقم؟ يكون مثل B-10234 وتجده في رسالة تأكيد الطلب.",
    "order_none": "لا أرى أي طلبات لك حتى الآن. إن كان لديك رقم طلب فأرسله إليّ: يكون مثل B-10234 وتجده في رسالة تأكيد الطلب.",
    "order_which": "عن أي طلب تسأل؟ يكون الرقم مثل B-10234 وتجده في رسالة تأكيد الطلب.",
    "opted_out": "مفهوم. لن نراسلك مرة أخرى إلا إذا كتبت إلينا أولاً.",
    "back": "عدت إليّ، أنا المساعد الآلي للمتجر. أعاد زميلي المحادثة إليّ، ويمكنني الاطلاع عليها كاملة. هل من شيء آخر أساعدك فيه؟",
    "back_told": "عدت إليّ، أنا المساعد الآلي للمتجر. أطلعني زميلي على ما وصلت إليه الأمور، فلا حاجة إلى تكرار أي شيء. هل بقي شيء "
    "أساعدك فيه؟",
    "here_again": "معك المساعد الآلي للمتجر من جديد. أخبرني بما تحتاج إليه وسأفعل ما أستطيع، وإن كنت تفضل التحدث مع شخص فأخبرني بذلك.",
    "not_sure": "لست متأكدًا من ذلك، ولا أريد أن أخمّن. هل يمكنك توضيح سؤالك بكلمات أخرى؟ وإن أردت أن ينظر فيه شخص فأخبرني بذلك.",
    "cannot_read": "أستطيع قراءة النصوص فقط، لذلك لا أعرف ما الذي أرسلته. هل يمكنك كتابته؟ وإن أردت أن ينظر فيه شخص فأخبرني بذلك.",
}

_HINDI = {
    "greeting": "नमस्ते, आपका स्वागत है। ऑर्डर, डिलीवरी, वापसी या दुकान से जुड़ा कोई भी सवाल पूछिए।",
    "greeting_name": "नमस्ते {name}, आपसे बात करके अच्छा लगा। मैं आपकी क्या मदद करूँ?",
    "thanks": "आपका स्वागत है। कुछ और चाहिए हो तो कभी भी लिखिए।",
    "goodbye": "नमस्ते, अपना ध्यान रखिए। जब भी ज़रूरत हो, हम यहीं हैं।",
    "identity": "मैं इस दुकान का स्वचालित सहायक हूँ, कोई व्यक्ति नहीं। ऑर्डर और ज़्यादातर सवालों में मदद कर सकता हूँ, और अगर आप किसी "
    "व्यक्ति से बात करना चाहें तो कभी भी बता दीजिए।",
    "order_paid": "आपके ऑर्डर {number} ({items}) का भुगतान हो गया है और हम उसे तैयार कर रहे हैं।",
    "order_shipped": "आपका ऑर्डर {number} ({items}) रास्ते में है।",
    "order_delivered": "आपका ऑर्डर {number} ({items}) पहुँचा दिया गया है। अगर आपको नहीं मिला तो बताइए, कोई सहकर्मी इसकी जाँच करेगा।",
    "order_cancelled": "आपका ऑर्डर {number} ({items}) रद्द कर दिया गया था।",
    "order_returned": "आपका ऑर्डर {number} ({items}) वापसी के रूप में हमारे पास आ गया है।",
    "order_expected": "हमें उम्मीद है कि यह {day} को पहुँचेगा।",
    "order_overdue": "इसे {day} को पहुँच जाना चाहिए था; देरी के लिए माफ़ी चाहते हैं। आप कहें तो कोई सहकर्मी इसकी जाँच करेगा।",
    "order_tracking": "आप इसे यहाँ देख सकते हैं: {url}",
    "order_unknown": "आपके ऑर्डरों में मुझे {number} नहीं मिला। क्या आप नंबर फिर से देख सकते हैं? वह B-10234 जैसा होता है और ऑर्डर की "
    "पुष्टि में लिखा है।",
    "order_none": "मुझे अभी आपका कोई ऑर्डर नहीं दिख रहा। अगर आपके पास ऑर्डर नंबर है तो भेजिए: वह B-10234 जैसा होता है और ऑर्डर की "
    "पुष्टि में लिखा है।",
    "order_which": "यह किस ऑर्डर के बारे में है? नंबर B-10234 जैसा होता है और ऑर्डर की पुष्टि में लिखा है।",
    "opted_out": "ठीक है। जब तक आप हमें न लिखें, हम आपको दोबारा संदेश नहीं भेजेंगे।",
    "back": "आप फिर से मेरे साथ हैं, मैं इस दुकान का स्वचालित सहायक हूँ। मेरे सहकर्मी ने यह बातचीत मुझे लौटा दी है और मैं इसे पूरी देख सकता हूँ। "
    "क्या मैं और कुछ मदद करूँ?",
    "back_told": "आप फिर से मेरे साथ हैं, मैं इस दुकान का स्वचालित सहायक हूँ। मेरे सहकर्मी ने मुझे बता दिया है कि बात कहाँ तक पहुँची है, इसलिए "
    "आपको कुछ दोहराना नहीं पड़ेगा। क्या कुछ बाकी है जिसमें मैं मदद करूँ?",
    "here_again": "मैं फिर से इस दुकान का स्वचालित सहायक हूँ। बताइए आपको क्या चाहिए, मैं जो कर सकता हूँ करूँगा। अगर आप किसी व्यक्ति से बात करना "
    "चाहें तो बस बता दीजिए।",
    "not_sure": "इसके बारे में मुझे पक्का पता नहीं है और मैं अंदाज़ा नहीं लगाना चाहता। क्या आप इसे दूसरे शब्दों में बता सकते हैं? अगर आप चाहें कि कोई "
    "व्यक्ति इसे देखे तो बस बता दीजिए।",
    "cannot_read": "मैं केवल लिखे हुए शब्द पढ़ सकता हूँ, इसलिए समझ नहीं पाया कि आपने क्या भेजा है। क्या आप इसे लिखकर बता सकते हैं? अगर आप चाहें कि "
    "कोई व्यक्ति इसे देखे तो बस बता दीजिए।",
}

_INDONESIAN = {
    "greeting": "Halo, selamat datang. Silakan tanya soal pesanan, pengiriman, pengembalian, atau apa pun tentang toko kami.",
    "greeting_name": "Halo {name}, senang mendengar kabar Anda. Ada yang bisa saya bantu?",
    "thanks": "Sama-sama. Silakan hubungi lagi kapan saja kalau ada yang lain.",
    "goodbye": "Sampai jumpa. Kami selalu siap membantu kalau Anda perlu.",
    "identity": "Saya asisten otomatis toko ini, bukan orang. Saya bisa membantu soal pesanan dan sebagian besar pertanyaan. "
    "Kalau Anda lebih suka berbicara dengan orang, bilang saja kapan pun.",
    "order_paid": "Pesanan {number} ({items}) sudah dibayar dan sedang kami siapkan.",
    "order_shipped": "Pesanan {number} ({items}) sedang dalam perjalanan.",
    "order_delivered": "Pesanan {number} ({items}) sudah diantar. Kalau belum Anda terima, beri tahu saya dan rekan kami akan "
    "memeriksanya.",
    "order_cancelled": "Pesanan {number} ({items}) sudah dibatalkan.",
    "order_returned": "Pesanan {number} ({items}) sudah kami terima kembali.",
    "order_expected": "Perkiraan tiba: {day}.",
    "order_overdue": "Seharusnya tiba {day}; maaf atas keterlambatannya. Rekan kami bisa memeriksanya: cukup bilang saja.",
    "order_tracking": "Anda bisa melacaknya di sini: {url}",
    "order_unknown": "Saya tidak menemukan pesanan {number} di antara pesanan Anda. Bisa dicek lagi nomornya? Bentuknya seperti "
    "B-10234 dan ada di konfirmasi pesanan.",
    "order_none": "Saya belum melihat pesanan atas nama Anda. Kalau punya nomor pesanan, silakan kirim: bentuknya seperti "
    "B-10234 dan ada di konfirmasi pesanan.",
    "order_which": "Ini tentang pesanan yang mana? Nomornya seperti B-10234 dan ada di konfirmasi pesanan.",
    "opted_out": "Baik. Kami tidak akan mengirim pesan lagi, kecuali Anda menulis lebih dulu.",
    "back": "Anda kembali bersama saya, asisten otomatis toko ini. Rekan saya mengembalikan percakapan ini kepada saya, dan "
    "saya bisa melihat seluruhnya. Ada lagi yang bisa saya bantu?",
    "back_told": "Anda kembali bersama saya, asisten otomatis toko ini. Rekan saya sudah memberi tahu saya sampai di mana "
    "urusannya, jadi Anda tidak perlu mengulang apa pun. Adakah yang masih bisa saya bantu?",
    "here_again": "Ini asisten otomatis toko lagi. Sampaikan keperluan Anda dan saya bantu sebisanya. Kalau Anda lebih suka "
    "berbicara dengan orang, bilang saja.",
    "not_sure": "Saya tidak yakin soal itu dan tidak mau menebak. Bisa disampaikan dengan kata lain? Kalau Anda ingin ada orang "
    "yang melihatnya, bilang saja.",
    "cannot_read": "Saya hanya bisa membaca teks, jadi saya tidak tahu apa yang Anda kirim. Bisa dituliskan? Kalau Anda ingin ada "
    "orang yang melihatnya, bilang saja.",
}

TEXTS: dict[str, dict[str, str]] = {
    "en": _ENGLISH,
    "es": _SPANISH,
    "pt": _PORTUGUESE,
    "ar": _ARABIC,
    "hi": _HINDI,
    "id": _INDONESIAN,
}


def text(key: str, language: str, **values: object) -> str:
    """What to say, at most 900 characters. A language that is none of the six gets English.

    Raises KeyError for an unknown key or a missing value.
    """
    return TEXTS.get(language, _ENGLISH)[key].format(**values)[:900]


def day(value: date, language: str) -> str:
    """A day as it is written in a sentence of that language, without the year."""
    with translation.override(language):
        return date_format(value, _DAY.get(language, "j F"), use_l10n=False)
