"""Ordinary Vietnamese of people who ask for figures: words and pairs that are right as they stand.

The speller takes a word of these for no slip, and takes two that stand side by side here for company that belongs
together. Words of the warehouse come from its catalogue. A phrase a line or between slashes; canonical spelling.
"""

from __future__ import annotations

_PHRASES = """
năm nay / năm ngoái / năm trước / năm kia / năm vừa rồi / năm vừa qua / năm qua / năm sau / năm tới / cả năm / từng năm
mỗi năm / hằng năm / hàng năm / theo năm / trong năm / của năm / đầu năm / cuối năm / giữa năm / nửa năm / nửa đầu năm
nửa cuối năm / sáu tháng đầu năm / sáu tháng cuối năm / tháng đầu năm / tháng cuối năm / quý đầu năm / các năm
tháng này / tháng trước / tháng sau / từng tháng / mỗi tháng / hằng tháng / hàng tháng / theo tháng / trong tháng
tháng nào / tháng mấy / các tháng / tháng một / tháng hai / tháng ba / tháng tư / tháng năm / tháng sáu / tháng bảy
tháng tám / tháng chín / tháng mười / tháng mười một / tháng mười hai / tháng giêng / tháng chạp / đầu tháng
cuối tháng / giữa tháng / nửa tháng / quý này / quý trước / quý một / quý hai / quý ba / quý bốn / quý tư / từng quý
mỗi quý / hằng quý / theo quý / trong quý / đầu quý / cuối quý / các quý / ngày đầu / ngày cuối / hôm nay / hôm qua
hôm kia / ngày hôm qua / từng ngày / mỗi ngày / hằng ngày / theo ngày / trong ngày / tuần này / tuần trước / tuần qua
từng tuần / mỗi tuần / theo tuần / trong tuần / cùng kỳ / so với cùng kỳ / cùng kỳ năm trước / cùng kỳ năm ngoái
cùng thời điểm / kỳ trước / kỳ này / liền kề / liền trước / trước đó / trở lại đây / gần đây / gần nhất / vừa qua
vừa rồi / hiện nay / hiện tại / bây giờ / đến nay / tới nay / cho đến nay / từ đầu năm đến nay / kể từ / tính từ
tính đến / tính tới / đến hết / tới hết / lũy kế đến / lũy kế từ / từ ngày / đến ngày / từ tháng / đến tháng / từ năm
đến năm / từ quý / đến quý / trong vòng / trong giai đoạn / giai đoạn / thời kỳ / thời gian / khoảng thời gian / dịp
trở đi / về trước / trở về trước / qua các năm / theo thời gian / liên tiếp / liên tục / lần lượt / niên độ / tết
tết nguyên đán / dương lịch / âm lịch / ngày lễ / nghỉ lễ / sáp nhập / trước khi / sau khi / trong khi / từ khi

bao nhiêu / là bao nhiêu / được bao nhiêu / có bao nhiêu / hết bao nhiêu / bao nhiêu phần trăm / mấy phần trăm
phần trăm / bao nhiêu tiền / bao nhiêu đồng / bao nhiêu tấn / bao nhiêu tờ / mấy tờ / nhiều nhất / ít nhất / lớn nhất
nhỏ nhất / cao nhất / thấp nhất / đứng đầu / dẫn đầu / hàng đầu / đứng thứ / thứ hai / thứ ba / thứ mấy / xếp hạng
xếp thứ / bảng xếp hạng / thứ hạng / lâu nhất / nhanh nhất / chậm nhất / dài nhất / ngắn nhất / nặng nhất / mạnh nhất
đông nhất / đắt nhất / rẻ nhất / giảm dần / tăng dần / từ cao xuống thấp / từ cao đến thấp / từ thấp đến cao
lớn hơn / nhỏ hơn / cao hơn / thấp hơn / nhiều hơn / ít hơn / nhanh hơn / chậm hơn / kém hơn / hơn kém / trở lên
trở xuống / không quá / không dưới / không vượt quá / chưa đến / chưa tới / chưa đầy / tối thiểu / tối đa / vượt quá
vượt mức / vượt mốc / ít hơn / bằng nhau / xấp xỉ / khoảng chừng / gấp đôi / gấp ba / gấp rưỡi / gấp mấy lần
gấp bao nhiêu lần / một nửa / hai phần ba / so với / so sánh / so sánh với / đối chiếu / tăng giảm / tăng hay giảm
tăng trưởng / tốc độ tăng / tăng thêm / tăng lên / giảm đi / giảm xuống / tăng mạnh / giảm mạnh / tăng bao nhiêu
giảm bao nhiêu / sụt giảm / suy giảm / chênh lệch / chênh nhau / thay đổi / biến động / xu hướng / diễn biến
bình quân / trung bình / bình quân mỗi / trung bình mỗi / tổng cộng / tổng số / tổng trị giá / tổng giá trị / tổng thu
trong tổng số / trên tổng số / tỷ trọng / tỷ lệ / chiếm bao nhiêu / chiếm tỷ trọng / đóng góp / cơ cấu / điểm phần trăm
cộng dồn / lũy kế / tích lũy / phân theo / chia theo / tính theo / theo từng / của từng / cho từng / phân bổ / phân bố
tách theo / nhóm theo / gộp theo / sắp xếp / sắp xếp theo / thứ tự / liệt kê / danh sách / kể tên / chi tiết / cụ thể
tổng hợp / thống kê / báo cáo / số liệu / dữ liệu / con số / thông tin / tình hình / kết quả / biểu đồ / vẽ biểu đồ
như thế nào / ra sao / thế nào / tại sao / vì sao / là gì / cái gì / gì nhất / nước nào / những nước nào / hàng nào
mặt hàng nào / nhóm hàng nào / đơn vị nào / cục nào / chi cục nào / doanh nghiệp nào / loại nào / ai là / ở đâu
của ai / những ai / cho biết / cho tôi biết / cho hỏi / cho xem / cho mình / cho anh / cho em / cho tôi / xin hỏi
xin cho / xin số / cần số / tôi cần / tôi muốn / mình cần / mình muốn / em cần / anh cần / muốn biết / muốn xem
muốn hỏi / giúp tôi / giúp mình / giúp em / giúp anh / vui lòng / làm ơn / cảm ơn / đề nghị / yêu cầu / được không
phải không / có không / hay không / không có / chưa có / đã có / có những / những gì / tất cả / toàn bộ / cả nước
toàn quốc / toàn ngành / trong nước / nước ngoài / nước ta / nước mình / trên cả nước / trên toàn quốc / địa phương
ngoài ra / bên cạnh / trong đó / riêng về / tính riêng / chỉ tính / chỉ lấy / không tính / không kể / không bao gồm
không gồm / ngoại trừ / loại trừ / trừ đi / trừ ra / bao gồm / gồm cả / kể cả / cũng như / cùng với / cùng lúc
đồng thời / nhưng không / mà không / nhưng chưa / mà chưa / vừa có / nhưng lại / mà lại / chứ không / hoặc là / hay là
đến từ / sang các / sang thị trường / vào thị trường / từ nước / đi các nước / đạt được / đã đạt / đã thu / thu được
đã nộp / đã bán / mua vào / bán ra / đưa vào / đưa ra / xuất đi / xuất sang / nhập về / nhập từ / chuyển sang
hoàn thành / đạt bao nhiêu / vượt bao nhiêu / phát sinh / ghi nhận / thực hiện / tiếp nhận / xử lý / phát hiện
bắt giữ / thu giữ / kiểm tra / giám sát / quản lý / đăng ký / hoạt động / cung cấp / đánh giá / phân tích / nhận xét
lãnh đạo / đồng chí / cán bộ / công chức / phòng ban / cơ quan / đơn vị / bộ phận / chuyên viên / giám đốc / cục trưởng
họp giao ban / cuộc họp / buổi họp / họp báo / chuẩn bị / chiều nay / sáng nay / tối nay / ngày mai / lát nữa
trình bày / trình ký / gửi gấp / cần gấp / khẩn cấp / kịp thời / ngay bây giờ / nhanh nhất / sớm nhất / mới nhất

một / hai / ba / bốn / năm / sáu / bảy / bẩy / tám / chín / mười / mươi / lăm / mốt / tư / chục / trăm / nghìn / ngàn
vạn / triệu / tỷ / rưỡi / phẩy / lẻ / linh / mươi lăm / hai mươi / ba mươi / năm mươi / trăm triệu / nghìn tỷ / ngàn tỷ
tỷ đồng / triệu đồng / nghìn đồng / tỷ đô / triệu đô / đô la / đô la mỹ / tỷ usd / triệu usd / nghìn tấn / triệu tấn
tháng # / năm # / quý # / ngày # / tuần # / kỳ # / # tháng / # năm / # quý / # ngày / # tuần / # giờ / # phút / # tỷ
# triệu / # nghìn / # ngàn / # trăm / # chục / # đồng / # đô / # usd / # tấn / # kg / # phần trăm / # lần / # nước
# mặt hàng / # nhóm hàng / # doanh nghiệp / # công ty / # đơn vị / # cục / # chi cục / # tờ khai / # vụ / # khu vực
# cửa khẩu / # thị trường / # tỉnh / # trở lên / # trở xuống / # so với / # của / # theo / # là / # được / # đạt / # có
# và / # đến / # tới / # thì / # tăng / # giảm / # vừa / # gần / # đầu / # cuối / # liên tiếp / top # / trên # / dưới #
hơn # / từ # / đến # / tới # / khoảng # / gần # / vượt # / đạt # / chương # / luồng # / vực # / mã # / hạng # / thứ #
gồm # / quá # / bằng # / đầu # / cuối # / mức # / với # / và #
và / là / có / của / cho / với / trong / trên / dưới / ngoài / giữa / khi / thì / mà / nếu / vì / do / bởi / nên / để
rất / quá / lắm / nhé / nha / ạ / à / ơi / hả / nhỉ / vậy / thế / đó / đây / kia / này / ấy / đấy / nọ / đâu / sao
tôi / tao / mình / bạn / anh / chị / em / cô / chú / bác / ông / bà / sếp / họ / nó / ta / chúng / người / ai / gì
đã / đang / sẽ / vẫn / còn / cũng / đều / chỉ / mới / vừa / từng / chưa / không / chẳng / hãy / đừng / bị / được
nhưng / song / hoặc / hay / lẫn / cùng / kèm / nữa / lại / thêm / luôn / ngay / rồi / xong / hết / suốt / trọn / hẳn
phải / trái / đúng / sai / thật / giả / tốt / xấu / dễ / khó / nặng / nhẹ / đắt / rẻ / cũ / già / trẻ / xa / gần
bão / lũ / lỗ / lãi / nghĩa / nghỉ / ngủ / cổ / củ / vẽ / kẻ / rõ / mã / sĩ / mỗi / đỗ / đổ / sửa / sữa / rủ / giỏ
khá / vá / tả / tã / lẽ / lẻ / vỏ / võ / ngã / nghĩ / chữ / trữ / mở / mỡ / nở / nỡ / sổ / xã / xả / ngỏ / bỏ / bõ
đỡ / dở / dỡ / hỏi / ngõ / vội / kịp / khỏi / tránh / giùm / dùm / hộ / giúp / coi / thử / nhìn / nghe / nói / đọc
viết / gửi / nhận / mang / cầm / chạy / đi / về / lên / xuống / qua / sang / tới / đến / đợi / chờ / bắt / thả / giữ
email / file / web / app / link / data / report / excel / slide / online / offline / logistics / visa / robot / pin
check / chart / table / dashboard / show / list / from / form / rate / value / import / export / total / market / share
kết thúc / đại diện / diện tích / người đại diện / địa chỉ / căn cước / giám đốc / lực lượng / hậu kiểm
iphone / ipad / macbook / laptop / camera / taxi / seal / scan / chip / cont / basa / tép / lạm phát / GDP / FDI / email
sáng / trưa / chiều / tối / đêm / sớm / muộn / lâu / nhanh / chậm / phút / giây / lúc / hồi / bữa / mai / mốt / dạo
"""

PHRASES: tuple[tuple[str, ...], ...] = tuple(
    tuple(phrase.split()) for line in _PHRASES.splitlines() for phrase in line.split("/") if phrase.strip()
)
"""Each phrase as its words."""
