"""Articles of the demo shop in its other languages: slug, topic, title, answer, keywords."""
# ruff: noqa: E501 (lines of data)

SPANISH = [
    (
        "shipping",
        "orders",
        "Dónde enviamos y cuánto tarda",
        "Enviamos a toda la Unión Europea, Reino Unido, Irlanda, Noruega, Suiza, Estados Unidos y Canadá. El envío tarda de 3 a 6 "
        "días laborables en Europa y de 7 a 12 en Norteamérica. Es gratis a partir de 70 euros; por debajo cuesta 7,95.",
        "envio envios enviar envian mandan entrega entregan entregas tarda tardan demora llega llegar llegada plazo tiempo pais"
        " paises internacional costo coste cuesta precio gratis gastos mexico espana europa",
    ),
    (
        "tracking",
        "orders",
        "Seguir un paquete",
        "En cuanto tu paquete sale, te enviamos un correo con un enlace de seguimiento. También lo encuentras en tu cuenta, en "
        "Pedidos. O envíame aquí tu número de pedido y lo miro.",
        "seguir seguimiento rastrear rastreo paquete estado localizar enlace transportista codigo",
    ),
    (
        "returns",
        "returns",
        "Devolver un artículo",
        "Puedes devolver cualquier artículo sin usar en los 30 días siguientes a la entrega. Inicia la devolución en tu cuenta, en "
        "Pedidos, imprime la etiqueta y deja el paquete en un punto de entrega. En la Unión Europea es gratis.",
        "devolver devolucion devoluciones devuelvo cambiar cambio cambios regresar retorno etiqueta politica arrepiento gusta silla lampara producto articulo articulos",
    ),
    (
        "refunds",
        "payments",
        "Cuándo llega tu reembolso",
        "Te reembolsamos en los 3 días laborables después de recibir la devolución, por el mismo medio con el que pagaste. Tu banco "
        "puede tardar de 2 a 5 días más en mostrarlo.",
        "reembolso reembolsos reembolsar dinero devuelven plata abono banco reintegro recibo",
    ),
    (
        "damaged",
        "returns",
        "Llegó roto o falta algo",
        "Lo sentimos mucho. Envíanos en los 14 días siguientes una foto del daño y de la caja con tu número de pedido, y te mandamos "
        "otro o te devolvemos el dinero, como prefieras. No tienes que devolver la pieza rota.",
        "lampara silla paquete roto rota rotos rotas danado danada dano defectuoso defectuosa quebrado rayado golpeado falta faltan pieza piezas equivocado"
        " llego mal estado averiado",
    ),
    (
        "payment",
        "payments",
        "Formas de pago",
        "Aceptamos Visa, Mastercard y American Express, PayPal, Apple Pay, Google Pay y transferencia bancaria. El cobro se hace al "
        "confirmar el pedido.",
        "pago pagos pagar metodo metodos formas tarjeta tarjetas credito debito visa mastercard paypal transferencia efectivo aceptan"
        " cuotas plazos",
    ),
    (
        "change-order",
        "orders",
        "Cancelar o cambiar un pedido",
        "Puedes cancelar o cambiar un pedido hasta que empezamos a prepararlo, normalmente durante dos horas: ábrelo en tu cuenta y "
        "elige Cambiar o Cancelar. Después puedes devolverlo gratis cuando llegue.",
        "cancelar cancelacion cancelo anular modificar cambiar cambio pedido orden direccion error equivoque",
    ),
    (
        "store",
        "other",
        "Nuestra tienda y su horario",
        "Estamos en 14 Linden Row, Londres. Abrimos de lunes a sábado de 10 a 18 y los domingos de 11 a 16.",
        "tienda horario horarios abren abierto cierran domingo sabado ubicacion ubicados local visitar recoger fisica hora",
    ),
]

PORTUGUESE = [
    (
        "shipping",
        "orders",
        "Para onde enviamos e quanto tempo leva",
        "Enviamos para toda a União Europeia, Reino Unido, Irlanda, Noruega, Suíça, Estados Unidos e Canadá. A entrega leva de 3 a 6 "
        "dias úteis na Europa e de 7 a 12 na América do Norte. É grátis acima de 70 euros; abaixo disso custa 7,95.",
        "envio envios enviar enviam mandam entrega entregam entregas frete prazo tempo demora leva chega chegar pais paises custo custa"
        " preco gratis internacional brasil portugal europa",
    ),
    (
        "returns",
        "returns",
        "Devolver um produto",
        "Você pode devolver qualquer produto sem uso em até 30 dias após a entrega. Comece a devolução na sua conta, em Pedidos, "
        "imprima a etiqueta e deixe o pacote em um ponto de coleta. Na União Europeia é grátis.",
        "devolver devolucao devolucoes devolvo trocar troca trocas etiqueta politica arrependi gostei cadeira luminaria produto produtos",
    ),
    (
        "refunds",
        "payments",
        "Quando chega o seu reembolso",
        "Reembolsamos em até 3 dias úteis depois de receber a devolução, pela mesma forma de pagamento. Seu banco pode levar mais 2 a 5 "
        "dias para mostrar o valor.",
        "reembolso reembolsos reembolsar estorno dinheiro volta banco receber ressarcimento",
    ),
    (
        "damaged",
        "returns",
        "Chegou quebrado ou falta algo",
        "Sentimos muito. Envie em até 14 dias uma foto do dano e da caixa com o número do pedido, e mandamos outro ou devolvemos o "
        "dinheiro, como preferir. Não é preciso devolver a peça quebrada.",
        "luminaria cadeira pacote quebrado quebrada quebrados quebrou danificado danificada defeito defeituoso rachado arranhado falta faltando peca pecas errado"
        " chegou veio amassado",
    ),
    (
        "payment",
        "payments",
        "Formas de pagamento",
        "Aceitamos Visa, Mastercard e American Express, PayPal, Apple Pay, Google Pay e transferência bancária. A cobrança é feita quando "
        "você confirma o pedido.",
        "pagamento pagamentos pagar paga formas metodo cartao cartoes credito debito visa mastercard paypal transferencia pix boleto"
        " parcelar parcelas aceitam aceita",
    ),
]

ARABIC = [
    (
        "shipping",
        "orders",
        "الدول التي نشحن إليها ومدة التوصيل",
        "نشحن إلى جميع دول الاتحاد الأوروبي والمملكة المتحدة وأيرلندا والنرويج وسويسرا والولايات المتحدة وكندا. يستغرق التوصيل من 3 إلى 6 "
        "أيام عمل في أوروبا ومن 7 إلى 12 في أمريكا الشمالية. التوصيل مجاني لما فوق 70 يورو، وإلا فتكلفته 7.95.",
        "شحن الشحن تشحنون توصيل التوصيل توصلون يوصل تكلفة سعر رسوم مدة وقت يستغرق دولة بلد دول ايام مجاني كم يوم",
    ),
    (
        "returns",
        "returns",
        "إرجاع منتج واسترداد المبلغ",
        "يمكنك إرجاع أي منتج غير مستعمل خلال 30 يومًا من استلامه. ابدأ الإرجاع من حسابك في صفحة الطلبات واطبع الملصق. نعيد المبلغ خلال 3 "
        "أيام عمل من وصول المنتج إلينا، وبنفس طريقة الدفع.",
        "ارجاع الارجاع ارجع مرتجع استرجاع استرداد المبلغ فلوسي مالي نقود استبدال تبديل سياسة اعادة منتج رد",
    ),
    (
        "damaged",
        "returns",
        "وصل المنتج مكسورًا أو ناقصًا",
        "نعتذر عن ذلك. أرسل لنا خلال 14 يومًا صورة للضرر وللصندوق مع رقم الطلب، ونرسل لك بديلًا أو نعيد المبلغ كما تفضل. لا حاجة إلى إعادة "
        "القطعة المكسورة.",
        "مكسور مكسورة تالف تالفة معيب ناقص ناقصة كسر خراب خربان متضرر قطعة خطأ وصل وصلني وصلت",
    ),
    (
        "payment",
        "payments",
        "طرق الدفع",
        "نقبل بطاقات فيزا وماستركارد وأمريكان إكسبريس وباي بال وآبل باي وجوجل باي والتحويل البنكي. يتم الخصم عند تأكيد الطلب.",
        "دفع الدفع ادفع طرق طريقة بطاقة بطاقات فيزا ماستركارد باي بال تحويل نقدا كاش تقسيط تقبلون",
    ),
]

HINDI = [
    (
        "shipping",
        "orders",
        "हम कहाँ भेजते हैं और कितना समय लगता है",
        "हम पूरे यूरोपीय संघ, ब्रिटेन, आयरलैंड, नॉर्वे, स्विट्ज़रलैंड, अमेरिका और कनाडा में भेजते हैं। यूरोप में 3 से 6 और उत्तरी अमेरिका में 7 से 12 "
        "कार्यदिवस लगते हैं। 70 यूरो से ऊपर डिलीवरी मुफ़्त है, नहीं तो 7.95 लगते हैं।",
        "डिलीवरी डिलिवरी शिपिंग भेजते भेजना पहुंचेगा पहुंचने समय दिन देश शुल्क खर्च कीमत मुफ्त फ्री चार्ज",
    ),
    (
        "returns",
        "returns",
        "सामान वापस करना और पैसे वापस मिलना",
        "बिना इस्तेमाल किया कोई भी सामान आप डिलीवरी के 30 दिन के भीतर वापस कर सकते हैं। अपने खाते में ऑर्डर खोलिए और वापसी शुरू कीजिए। सामान हम तक "
        "पहुँचने के 3 कार्यदिवस में पैसे उसी तरीक़े से लौटाए जाते हैं जिससे आपने भुगतान किया था।",
        "वापस वापसी लौटाना लौटा रिटर्न रिफंड पैसे पैसा बदलना बदली एक्सचेंज नियम सामान",
    ),
    (
        "damaged",
        "returns",
        "सामान टूटा हुआ आया या कुछ कम है",
        "हमें खेद है। 14 दिन के भीतर नुकसान और डिब्बे की तस्वीर ऑर्डर नंबर के साथ भेजिए। आप जैसा चाहें, हम दूसरा भेजेंगे या पैसे लौटाएँगे। टूटा सामान "
        "वापस भेजने की ज़रूरत नहीं है।",
        "टूटा टूटी टूटे टूट खराब डैमेज क्षतिग्रस्त नुकसान गलत सामान कम गायब आया मिला पार्ट",
    ),
    (
        "payment",
        "payments",
        "भुगतान के तरीक़े",
        "हम वीज़ा, मास्टरकार्ड, अमेरिकन एक्सप्रेस, पेपाल, ऐपल पे, गूगल पे और बैंक ट्रांसफ़र लेते हैं। ऑर्डर करते समय ही भुगतान होता है।",
        "भुगतान पेमेंट पे कार्ड क्रेडिट डेबिट तरीके तरीका बैंक ट्रांसफर नकद कैश किस्त पेपाल",
    ),
]

INDONESIAN = [
    (
        "shipping",
        "orders",
        "Tujuan dan lama pengiriman",
        "Kami mengirim ke seluruh Uni Eropa, Inggris Raya, Irlandia, Norwegia, Swiss, Amerika Serikat, dan Kanada. Pengiriman memakan "
        "3 sampai 6 hari kerja di Eropa dan 7 sampai 12 hari di Amerika Utara. Gratis untuk belanja di atas 70 euro; di bawah itu 7,95.",
        "kirim mengirim dikirim pengiriman ongkir ongkos biaya lama negara luar negeri tujuan gratis sampai antar diantar hari waktu",
    ),
    (
        "returns",
        "returns",
        "Pengembalian barang dan uang",
        "Barang yang belum dipakai bisa dikembalikan dalam 30 hari setelah diterima. Buka pesanan di akun Anda lalu pilih Pengembalian. "
        "Uang kami kembalikan dalam 3 hari kerja setelah barang tiba di gudang, lewat cara bayar yang sama.",
        "kembali kembalikan mengembalikan dikembalikan pengembalian retur return refund uang tukar menukar penukaran ganti barang",
    ),
    (
        "damaged",
        "returns",
        "Barang rusak atau kurang",
        "Kami mohon maaf. Kirim foto kerusakan dan kardusnya beserta nomor pesanan dalam 14 hari, lalu kami kirim pengganti atau "
        "kembalikan uangnya, sesuai pilihan Anda. Barang yang rusak tidak perlu dikirim kembali.",
        "rusak pecah retak cacat kurang hilang salah tergores penyok kerusakan barang datang diterima paket",
    ),
    (
        "payment",
        "payments",
        "Cara pembayaran",
        "Kami menerima Visa, Mastercard, American Express, PayPal, Apple Pay, Google Pay, dan transfer bank. Pembayaran diproses saat Anda "
        "memesan.",
        "bayar pembayaran membayar metode kartu kredit debit transfer bank paypal cicilan tunai visa terima",
    ),
]
