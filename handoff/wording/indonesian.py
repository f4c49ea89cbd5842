"""Indonesian."""
# ruff: noqa: E501 (lines of data)

TEXTS = {
    # after a handoff
    "connecting": "Saya sambungkan Anda dengan rekan kami yang akan tahu seluruh konteksnya.",
    "sees": "Ia bisa melihat: {what}.",
    "sees_later": "Rekan yang menjawab Anda akan tahu seluruh konteksnya dan bisa melihat: {what}.",
    "sees_comma": ", ",
    "sees_messages": "percakapan ini",
    "sees_summary": "ringkasannya",
    "sees_order": "pesanan Anda {numbers}",
    "sees_orders": "pesanan Anda {numbers}",
    "sees_error": "kode galat {codes}",
    "sees_image": "foto Anda",
    "sees_images": "{count} foto",
    "sees_video": "video Anda",
    "sees_videos": "{count} video",
    "sees_audio": "rekaman Anda",
    "sees_audios": "{count} rekaman",
    "sees_document": "dokumen Anda",
    "sees_documents": "{count} dokumen",
    "sees_location": "lokasi yang Anda kirim",
    "sees_locations": "{count} lokasi yang Anda kirim",
    "sees_contact": "kontak yang Anda kirim",
    "sees_contacts": "{count} kontak yang Anda kirim",
    # place in line
    "next_now": "Anda giliran berikutnya, sebentar lagi rekan kami akan menjawab.",
    "next_minutes": "Anda giliran berikutnya; kira-kira {minutes} lagi.",
    "next_long": "Anda giliran berikutnya, dan mohon maaf: mungkin perlu lebih dari satu setengah jam.",
    "next_free": "Anda giliran berikutnya. Kami akan menjawab begitu ada rekan yang senggang.",
    "place_minutes": "Anda nomor {place} dalam antrean; kira-kira {minutes} lagi.",
    "place_long": "Anda nomor {place} dalam antrean, dan mohon maaf: mungkin perlu lebih dari satu setengah jam.",
    "place_free": "Anda nomor {place} dalam antrean. Kami akan menjawab begitu ada rekan yang senggang.",
    "minutes_2": "{count} menit",
    "minutes_few": "{count} menit",
    "minutes_many": "{count} menit",
    "waiting_better": "Terima kasih sudah menunggu.",
    "waiting_worse": "Mohon maaf: ternyata lebih lama daripada yang saya katakan.",
    "waiting_again": "Rekan dari tim kami akan melanjutkan, dan bisa melihat semua yang sudah dibicarakan.",
    "waiting_opened": "Tim kami sudah kembali.",
    "waiting_closed": "Mohon maaf: tim kami tutup sebelum giliran Anda. Tempat Anda dalam antrean tetap disimpan.",
    "waiting_still": "Ya, sudah saya teruskan: rekan kami akan menjawab Anda di sini.",
    # out of hours
    "away": "Tim kami sedang tidak di tempat; kami buka lagi {opening}.",
    "away_unknown": "Tim kami sedang tidak di tempat. Saya belum bisa mengatakan kapan kami buka lagi; pesan Anda kami "
    "simpan.",
    "away_ways": "Kalau tidak bisa menunggu: {ways}",
    "when_today": "hari ini pukul {time}",
    "when_tomorrow": "besok pukul {time}",
    "when_day": "hari {day} pukul {time}",
    "city_time": "waktu {city}",
    # while they wait
    "meanwhile_ask": "Mohon maaf Anda menunggu lama. Mau saya coba bantu sendiri? Untuk itu Anda keluar dari antrean, dan "
    "bisa meminta berbicara dengan orang lagi kapan saja.",
    "meanwhile_yes": "Ya, silakan",
    "meanwhile_no": "Tidak, saya tunggu",
    "meanwhile_stay": "Baik, Anda tetap dalam antrean.",
    "meanwhile_not": "Mohon maaf, saat ini saya tidak bisa: Anda tetap dalam antrean.",
    "silent_closed": "Mohon maaf tidak ada yang sempat menjawab Anda tepat waktu. Karena sudah lama tidak ada kabar dari "
    "Anda, untuk sementara saya tutup: silakan tulis lagi dan kita lanjutkan.",
    # call-back form
    "callback_start": "Mohon maaf Anda menunggu lama. Kalau mau, tinggalkan data Anda dan kami akan menghubungi Anda, "
    "jadi Anda tidak perlu menunggu di sini.",
    "callback_way_out": "(Kalau lebih suka menunggu di sini, tulis “{cancel}”: tempat Anda tetap disimpan.)",
    "callback_cancel": "batal",
    "callback_ask_name": "Nama siapa yang saya catat?",
    "callback_ask_reach": "Nomor telepon atau alamat e-mail mana yang bisa kami pakai?",
    "callback_ask_time": "Kapan waktu yang cocok untuk Anda? Misalnya: besok siang.",
    "callback_thanks": "Terima kasih, {name}.",
    "callback_name_wrong": "Saya tidak menemukan nama di pesan itu.",
    "callback_phone_wrong": "Nomor telepon itu sepertinya belum lengkap: mungkin ada angka atau kode negara, seperti +62, "
    "yang terlewat.",
    "callback_email_wrong": "Alamat e-mail itu sepertinya belum benar: bentuknya seperti nama@contoh.com.",
    "callback_reach_wrong": "Saya tidak menemukan nomor telepon atau alamat e-mail di pesan itu.",
    "callback_not_text": "Mohon maaf, saya hanya bisa mencatat kalau Anda menuliskannya.",
    "callback_left": "Baik, itu saya batalkan. Anda tetap dalam antrean.",
    # tickets
    "ticket_opened": "Sudah saya catat untuk tim kami, dan nomor Anda {ticket}. Kami berusaha menjawab Anda paling lambat "
    "{when}, di sini juga.",
    "ticket_opened_no_time": "Sudah saya catat untuk tim kami, dan nomor Anda {ticket}. Saya belum bisa mengatakan kapan "
    "Anda mendapat jawaban; jawabannya datang di sini.",
    "ticket_call_back": "Terima kasih, semuanya sudah saya catat, dan nomor Anda {ticket}. Kami berusaha menghubungi Anda "
    "paling lambat {when}, dan tim kami tahu waktu yang cocok untuk Anda.",
    "ticket_call_back_no_time": "Terima kasih, semuanya sudah saya catat, dan nomor Anda {ticket}. Saya belum bisa "
    "mengatakan kapan kami menghubungi Anda; tim kami tahu waktu yang cocok untuk Anda.",
    "ticket_meanwhile": "Sementara itu Anda bisa terus bertanya kepada saya.",
    "ticket_closed": "Permintaan Anda {ticket} sudah selesai. Kalau masih ada yang kurang, silakan tulis di sini kapan saja.",
    # how it was, at the close
    "rating_ask": "Permintaan Anda sudah kami tutup. Bagaimana bantuan kami? Cukup satu ketukan, dan itu membantu kami menjadi lebih baik. Kalau masih ada yang belum selesai, tulis saja.",
    "rating_button": "Nilai bantuan kami",
    "rating_5": "5 – sangat baik",
    "rating_4": "4 – baik",
    "rating_3": "3 – biasa saja",
    "rating_2": "2 – kurang",
    "rating_1": "1 – sangat buruk",
    "rating_thanks": "Terima kasih atas penilaian Anda. Sampai jumpa, dan silakan menulis kapan saja.",
    "rating_sorry": "Terima kasih sudah memberi tahu kami, dan maaf pengalaman Anda belum baik. Kalau masih ada yang belum selesai, tulis di sini dan kami lanjutkan.",
}
