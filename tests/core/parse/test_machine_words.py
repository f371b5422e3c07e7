"""What programs say of a page that they could not read, and headlines in the same words of something else."""

from __future__ import annotations

import pytest

from bot.core.parse.machine_words import is_of_machines

FAILURES = """
Connection timed out|Connection reset by peer|Database connection failed|DNS lookup failed|SSL handshake failed
Maximum execution time of 30 seconds exceeded|Quota exceeded
Empty response|Site under maintenance|Network is unreachable
Fehler beim Laden der Seite|Der Feed konnte nicht abgerufen werden|Dienst nicht verfügbar|Fehler: kein Bereich
Erreur lors du chargement de la page|Délai d'attente dépassé|Impossible de charger le flux
Error al cargar la página|Demasiadas solicitudes|Errore durante il caricamento della pagina|Si è verificato un errore
Não foi possível carregar o feed|Fout bij het laden van de pagina|Nie udało się pobrać kanału|Chyba při načítání stránky
Stránku sa nepodarilo načítať|Hiba az oldal betöltésekor|Eroare la încărcarea paginii|Sidan kunde inte laddas
Siden blev ikke fundet|Feil ved lasting av siden|Sivua ei löytynyt|Sayfa yüklenirken hata oluştu
Ошибка загрузки страницы|Помилка завантаження сторінки|Грешка при зареждане на страницата
Σφάλμα κατά τη φόρτωση της σελίδας|הדף לא נמצא|تعذر تحميل الصفحة|صفحه یافت نشد|पृष्ठ लोड करने में त्रुटि
Ошибка: нет соединения с базой|错误：请求超时或被拒绝
获取失败，请稍后重试|抓取失败: timeout of 10000ms exceeded|錯誤：無法載入頁面|ページの読み込みに失敗しました
페이지를 불러오지 못했습니다|Lỗi khi tải trang|Gagal memuat halaman|เกิดข้อผิดพลาดในการโหลดหน้า
"""
NEWS = """
Fehler im Stromnetz legt Bahn lahm|Zu viele Anfragen an das Bürgeramt Mitte|Notruf nicht erreichbar|Keine Warnungen
Nicht verfügbar: Impfstoff fehlt|Erreur médicale: un chirurgien jugé|Trop, c'est trop|Accès refusé aux journalistes
No se pudo rescatar al minero|Agua no disponible|Errore umano dietro il disastro|Erro médico em Lisboa|Te veel water
Błąd pilota przyczyną katastrofy|Nie ma zgody|Hiba az erőműben|Fel på bron stoppar tågen|Virhe ydinvoimalassa
Hakem hatası maçı bitirdi|Ошибка пилота стала причиной крушения|Слишком много дождя|Помилка диспетчера|שגיאה של הטייס
خطأ طبي في مستشفى القاهرة|خطای خلبان|पायलट की त्रुटि से हादसा
火箭发射失败|谈判失败|服务器被黑客攻击|打ち上げに失敗しました
接続道路が開通
Page of history missing|발사 실패
실종자를 찾을 수 없습니다|Không tìm thấy nạn nhân|Gagal panen di Jawa|ไม่พบผู้สูญหาย
Fehler: Bahn gesteht Schuld ein|Fehler: 40 Fahrgäste verletzt|Fehler, die jeder macht|Erreur : la cour libère un tueur
Ошибка: Зельм признал поражение|Błąd: minister przyznaje się do winy|错误：部长承认失职|エラー：大臣が謝罪
Server maintenance|Network maintenance|Maintenance of the network|Resolution failed|Execution denied|Time expired
Maximum reached|Certificate refused|Name missing
Power failure|Road under maintenance|Water quota exceeded|Permission for march denied|Memory of the missing
Budget exhausted|Engine failure|Certificate of merit denied to crew|Parliament session timed out|Reset for Tokyo talks
Talks failed|Too many missing|Connection to Mars lost|Gone|Service disruption|No warnings in effect
"""


def rows(text: str) -> list[str]:
    return [row for line in text.split("\n") for row in line.split("|") if row]


@pytest.mark.parametrize("headline", rows(FAILURES))
def test_a_failure_in_machines_words(headline: str) -> None:
    assert is_of_machines(headline.casefold())


@pytest.mark.parametrize("headline", rows(NEWS))
def test_a_headline_that_says_more(headline: str) -> None:
    assert not is_of_machines(headline.casefold())
