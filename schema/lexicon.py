"""A bilingual lexicon of the words that schemas are made of: Vietnamese phrase → English words of identifiers.

It serves two purposes: Vietnamese labels for English column names in a drafted catalogue, and linking a Vietnamese
question to English tables, columns and stored values. The first English word of an entry is the usual one; the first
Vietnamese phrase that names an English word is its label. Nouns are in the singular.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

# One entry: ``phrase = word word_two, another``; entries are separated by ``;``. Grouped by field only for reading.
_ENTRIES = """
tên=name,title; họ tên=full_name,name; họ và tên=full_name,name; họ=last_name,surname,family_name,lname;
tên đệm=middle_name; tên gọi=name,first_name,fname; tên riêng=first_name,forename,given_name;
tên thường gọi=common_name,nickname; biệt danh=nickname,alias; mã=id,code; mã số=id,code,number;
định danh=id,identifier; số hiệu=number,code,id; số=number,num,no; số thứ tự=order,sequence,number;
ký hiệu=symbol,code; tiêu đề=title,headline; tựa đề=title; nhan đề=title; loại=type,category,kind,genre,class;
kiểu=type,style; thể loại=genre,category,type; danh mục=category,catalog; hạng mục=category,item; nhóm=group,team;
lớp=class,classroom,grade; hạng=rank,class,grade; thứ hạng=rank,ranking,position; xếp hạng=rank,rating,ranking;
vị trí=position,location,place; chức vụ=position,title,role; mô tả=description,details;
chi tiết=details,detail,description; thông tin=information,info,details; ghi chú=note,comment,remark;
bình luận=comment,review; nhận xét=comment,review,remark; đánh giá=rating,review,evaluation,score;
nội dung=content,text; văn bản=text,document; trạng thái=status,state; tình trạng=status,condition;
tình trạng hôn nhân=marital_status; kết quả=result,outcome; lý do=reason,cause; nguyên nhân=cause,reason;
mục đích=purpose; chủ đề=theme,subject,topic; đề tài=topic,subject; môn học=course,subject; môn=subject,course;
số lượng=quantity,number,count,amount; lượng=amount,quantity; tổng số=total,number; tổng cộng=total;
tỷ lệ=rate,ratio,percent,percentage; tỉ lệ=rate,ratio,percent,percentage; phần trăm=percent,percentage,pct;
mức=level; mức độ=level,degree,rating; cấp=level,grade; cấp độ=level; cấp bậc=rank,level,grade;
điểm=score,point,points,mark,grade; điểm số=score,points,grade; điểm trung bình=gpa,average_score; tuổi=age;
độ tuổi=age; giới tính=gender,sex; nam=male,m,man,men; nữ=female,f,woman,women; nam giới=male,men;
nữ giới=female,women; đàn ông=man,male; phụ nữ=woman,female; chiều cao=height; cao=height,tall,high;
độ cao=height,altitude,elevation; cân nặng=weight; trọng lượng=weight; khối lượng=mass,weight,volume;
chiều dài=length; độ dài=length,duration; dài=length,long; chiều rộng=width; rộng=width; độ sâu=depth; sâu=depth;
diện tích=area,surface_area; kích thước=size,dimension; kích cỡ=size; cỡ=size; màu=color,colour;
màu sắc=color,colour; hình dạng=shape; hình ảnh=image,picture,photo; ảnh=photo,image,picture; bức ảnh=photo;
tranh=painting; bức tranh=painting; tốc độ=speed,velocity; vận tốc=speed; khoảng cách=distance; nhiệt độ=temperature;
độ ẩm=humidity; lượng mưa=precipitation,rainfall; gió=wind; tốc độ gió=wind_speed; thời tiết=weather;
áp suất=pressure; sức chứa=capacity; công suất=power,capacity; dung lượng=capacity,size; dung tích=capacity,volume;
mã lực=horsepower; gia tốc=accelerate,acceleration; giá=price,cost; giá cả=price; đơn giá=unit_price,price;
giá bán=sale_price,price,list_price; giá tiền=price; giá trị=value; chi phí=cost,expense,charge,fee;
phí=fee,charge,cost; lệ phí=fee; học phí=tuition,fee; tiền=money,amount; số tiền=amount,payment; tiền lương=salary;
lương=salary,wage,pay; tiền công=wage; thu nhập=income,earning; doanh thu=revenue,sales,income; doanh số=sales;
lợi nhuận=profit; ngân sách=budget; số dư=balance; tiền thưởng=bonus,prize_money; thưởng=bonus,award;
giải thưởng=award,prize; giải=award,prize,league,tournament; khoản vay=loan; vay=loan; nợ=debt,credit;
tín dụng=credit; tiết kiệm=savings,saving; vãng lai=checking; thuế=tax; chiết khấu=discount; giảm giá=discount;
khuyến mãi=promotion,discount; tiền gửi=deposit; giao dịch=transaction,trade; thanh toán=payment,pay,settlement;
hóa đơn=invoice,bill,receipt; hoá đơn=invoice,bill; biên lai=receipt; đơn hàng=order;
đơn đặt hàng=order,purchase_order; đặt hàng=order; mặt hàng=item,product; hàng hóa=goods,product,item;
hàng hoá=goods,product,item; sản phẩm=product,item; linh kiện=part,component; bộ phận=department,part,division;
phụ tùng=part; nguyên liệu=ingredient,material; vật liệu=material; khách hàng=customer,client;
khách=guest,customer,visitor,client; khách mời=guest; khách thăm=visitor; du khách=visitor,tourist;
người mua=buyer,customer; người bán=seller,vendor; nhà cung cấp=supplier,vendor,provider;
nhà sản xuất=manufacturer,maker,producer; hãng sản xuất=maker,manufacturer; hãng=company,maker,brand;
thương hiệu=brand; nhãn hiệu=brand,label; công ty=company,firm,corporation; doanh nghiệp=company,enterprise,business;
tổ chức=organization,organisation,institution; cơ quan=agency,organization,office; viện=institute,institution;
học viện=academy,institute; cửa hàng=shop,store; tiệm=shop,store; siêu thị=supermarket,store; cửa hiệu=store,shop;
cửa hàng bách hóa=department_store; chi nhánh=branch; trụ sở=headquarter,headquarters,hq;
trụ sở chính=headquarters,headquarter; văn phòng=office; tòa nhà=building; toà nhà=building; căn hộ=apartment,unit;
chung cư=apartment,building; nhà=house,home; ngôi nhà=house; phòng=room,department; phòng ban=department;
khoa=department,faculty; ban=department,board; phòng học=classroom,room; lớp học=class,classroom; giường=bed;
ký túc xá=dorm,dormitory; tiện nghi=amenity,facility; cơ sở=facility,site,campus; cơ sở vật chất=facility;
dịch vụ=service; tài sản=asset,property; bất động sản=property,real_estate;
nhân viên=employee,staff,worker,personnel; cán bộ=staff,officer,official; nhân sự=staff,personnel,human_resource;
công nhân=worker; lao động=worker,labor; người quản lý=manager,supervisor; quản lý=manager,management,manage;
giám đốc=director,manager,ceo; trưởng phòng=manager,head; chủ tịch=president,chairman; trưởng=head,chief;
thư ký=secretary; kế toán=accountant,accounting; đại lý=agent,agency,dealer; đại diện=representative,agent;
chuyên gia=expert; kỹ sư=engineer; kĩ sư=engineer; kỹ thuật viên=technician; thợ sửa chữa=technician,mechanic;
kiến trúc sư=architect; luật sư=lawyer,attorney; thẩm phán=judge; bác sĩ=physician,doctor; y tá=nurse;
bệnh nhân=patient; bệnh viện=hospital; bệnh=disease; triệu chứng=symptom; thuốc=medication,medicine,drug;
điều trị=treatment; phương pháp điều trị=treatment,therapy; phẫu thuật=surgery; thủ thuật=procedure; dị ứng=allergy;
khám=examination,appointment; đơn thuốc=prescription; cuộc hẹn=appointment; bảo hiểm=insurance; hợp đồng=contract;
hợp đồng bảo hiểm=policy; chính sách=policy; yêu cầu=claim,request,requirement; khiếu nại=complaint,claim;
yêu cầu bồi thường=claim; bồi thường=claim,settlement; tai nạn=accident; thương tích=injury; chấn thương=injury;
học sinh=student,pupil; sinh viên=student; học viên=student,learner; giáo viên=teacher,instructor; thầy giáo=teacher;
cô giáo=teacher; giảng viên=instructor,lecturer,teacher,faculty; giáo sư=professor;
người hướng dẫn=instructor,advisor,tutor; cố vấn=advisor,adviser,consultant; trợ giảng=teaching_assistant,tutor;
hiệu trưởng=principal; trường=school,college,university,field; trường học=school; trường đại học=university,college;
đại học=university,college; cao đẳng=college; trường trung học=high_school; khóa học=course; khoá học=course;
học phần=course,section; tín chỉ=credit,credits; học kỳ=semester,term; học kì=semester,term;
chuyên ngành=major,minor; ngành=major,industry; ngành công nghiệp=industry; lĩnh vực=field,industry,sector,domain;
bằng cấp=degree,qualification; bằng=degree,certificate; chứng chỉ=certificate; bài kiểm tra=test,exam; kỳ thi=exam;
thi=exam; kiểm tra=test,inspection; câu hỏi=question; câu trả lời=answer; bài học=lesson; bài giảng=lecture;
học=study,learn; giảng dạy=teach,teaching; dạy=teach; đăng ký=enrollment,registration,register,enroll;
ghi danh=enrollment; nhập học=enrollment,admission; tốt nghiệp=graduation; chương trình=program,programme;
chương trình học=curriculum; kỹ năng=skill; kĩ năng=skill; học bổng=scholarship; thư viện=library; sách=book;
cuốn sách=book; quyển sách=book; tác giả=author,writer; nhà văn=writer,author; nhà xuất bản=publisher;
xuất bản=publication,publish; ấn phẩm=publication; tạp chí=journal,magazine; báo=newspaper,press;
bài báo=paper,article; bài viết=article,post; hội nghị=conference; hội thảo=workshop,conference;
trích dẫn=citation,cite; từ khóa=keyword; từ khoá=keyword; tập=episode,volume; chương=chapter; tài liệu=document;
mẫu=template,sample,model; bản mẫu=template; đoạn văn=paragraph; đoạn=paragraph,section; phần=section,part;
trang=page; kho lưu trữ=archive; ngôn ngữ=language; tiếng anh=english; tiếng việt=vietnamese; tiếng pháp=french;
dịch giả=translator; ca sĩ=singer,artist,vocalist; nghệ sĩ=artist,musician; nhạc sĩ=musician,composer,songwriter;
ban nhạc=band; nhạc công=musician; nhạc cụ=instrument; bài hát=song,track; ca khúc=song,track;
bản nhạc=track,song,music; âm nhạc=music; nhạc=music; giọng hát=vocals,voice; sân khấu=stage; buổi hòa nhạc=concert;
buổi hoà nhạc=concert; hòa nhạc=concert; dàn nhạc=orchestra; nhạc trưởng=conductor;
buổi biểu diễn=performance,show,concert; biểu diễn=performance,perform; vở kịch=play,drama; kịch=drama,play;
vở opera=opera; đĩa=disc,record,album; thu âm=recording,record; hãng thu âm=record_company,label;
danh sách phát=playlist; phim=film,movie; bộ phim=film,movie; rạp chiếu phim=cinema,theater; rạp=cinema,theater;
đạo diễn=director; diễn viên=actor,actress,cast; dàn diễn viên=cast; nam diễn viên=actor; nữ diễn viên=actress;
vai=role,character; vai diễn=role; vai trò=role; nhân vật=character; kịch bản=script; nhà sản xuất phim=producer;
biên kịch=writer; lịch chiếu=schedule; suất chiếu=showing,screening; kênh=channel; truyền hình=tv,television;
kênh truyền hình=tv_channel; phim hoạt hình=cartoon; hoạt hình=cartoon; loạt phim=series,tv_series; tập phim=episode;
phát sóng=air,broadcast; chương trình truyền hình=tv_show; đài phát thanh=radio; lượt xem=view,views;
người xem=viewer,viewers; trò chơi=game,video_game; trò chơi điện tử=video_game; người chơi=player; cầu thủ=player;
vận động viên=athlete,player,sportsman; tay vợt=player; võ sĩ=fighter,wrestler; đô vật=wrestler;
vận động viên thể dục=gymnast; vận động viên thể hình=body_builder; tay đua=driver,racer,rider; đội=team;
đội bóng=team,club; đội tuyển=team; câu lạc bộ=club; huấn luyện viên=coach,trainer; trọng tài=referee,umpire;
sân vận động=stadium; sân=stadium,court,ground,field; sân nhà=home,home_stadium; trận đấu=match,game;
trận=match,game,battle; giải đấu=tournament,league,competition; giải vô địch=championship,league;
cuộc thi=competition,contest; thi đấu=compete,competition; mùa giải=season; mùa=season; vòng=round; vòng đua=lap;
cuộc đua=race; đường đua=track,circuit; thể thao=sport,sports; môn thể thao=sport; bóng đá=football,soccer;
bóng rổ=basketball; bóng chày=baseball; quần vợt=tennis; bơi lội=swimming,swim; bơi=swim; người bơi=swimmer;
huy chương=medal; huy chương vàng=gold,gold_medal; vàng=gold,yellow; bạc=silver; đồng=bronze,copper; bàn thắng=goal;
ghi bàn=goal,score; chiến thắng=win,victory,won; thắng=win,won,wins; thua=loss,lose,lost,losses; hòa=tie,draw;
người chiến thắng=winner; người thắng cuộc=winner; tỷ số=score; kỷ lục=record;
tham gia=participate,attendance,join,participation; người tham gia=participant,attendee; số người tham dự=attendance;
tham dự=attend,attendance; khán giả=audience,spectator; thành viên=member; hội viên=member,membership;
tư cách thành viên=membership; người dùng=user; tài khoản=account; mật khẩu=password; đăng nhập=login;
quyền=permission,right; bạn bè=friend; bạn=friend; người theo dõi=follower; theo dõi=follow,track; bài đăng=post;
tin nhắn=message; tweet=tweet; thư=mail,letter; email=email; thư điện tử=email; điện thoại=phone,telephone;
số điện thoại=phone_number,phone,telephone; điện thoại di động=mobile_phone,cell_phone; di động=mobile,cell;
địa chỉ=address; đường=street,road,line; phố=street; đường phố=street; mã bưu điện=postcode,zip_code,zip;
mã bưu chính=postal_code,zip_code,zip,postcode; mã vùng=area_code; thành phố=city,town; thị trấn=town; thị xã=town;
làng=village; xã=commune,town; quận=district,county; huyện=district,county; hạt=county; tỉnh=province;
tiểu bang=state; bang=state; vùng=region,area; khu vực=region,area,sector,district; lãnh thổ=territory; miền=region;
quốc gia=country,nation; nước=country,nation,water; đất nước=country; quốc tịch=nationality,citizenship,country;
châu lục=continent; lục địa=continent; thủ đô=capital; thủ phủ=capital; dân số=population;
dân cư=population,resident; cư dân=resident,citizen; công dân=citizen; người dân=people,citizen,resident;
biên giới=border; sông=river; hồ=lake; núi=mountain; ngọn núi=mountain; đỉnh núi=peak,mountain; đảo=island; biển=sea;
bờ biển=coast; rừng=forest; công viên=park; kinh độ=longitude,long,lng; vĩ độ=latitude,lat;
địa điểm=location,place,venue,site; nơi=place,location; nơi sinh=birth_place,birthplace; nơi ở=residence;
quê quán=hometown,home_town; quê=hometown,home_town; ngày sinh=birthday,birth_date,date_of_birth,dob;
sinh=birth,born; năm sinh=birth_year; mất=death,lost; chết=death,dead,killed; thiệt mạng=killed,death;
số người chết=death,deaths,killed; bị thương=injured; nạn nhân=victim; thủ phạm=perpetrator; ngày=date,day;
tháng=month; năm=year; quý=quarter; tuần=week; giờ=hour,time; phút=minute; giây=second;
thời gian=time,duration,period; thời điểm=time,date; thời lượng=duration,length,time; thời hạn=term,deadline;
thời kỳ=period,era; ngày bắt đầu=start_date,begin_date,date_from; bắt đầu=start,begin,from;
ngày kết thúc=end_date,finish_date,date_to; kết thúc=end,finish,to; ngày tháng=date; hạn=due_date,deadline;
ngày hết hạn=expiry_date,expiration_date; hết hạn=expire,expiration; ngày phát hành=release_date,issue_date;
phát hành=release,issue,released; năm phát hành=release_year; thành lập=found,founded,established,foundation;
năm thành lập=founded,year_founded,founded_year; người sáng lập=founder; khai trương=open,opening;
mở cửa=open,opening; đóng cửa=close,closed; năm mở cửa=open_year,opening_year; ngày thuê=hire_date,rental_date;
thuê=rent,hire,rental,lease; cho thuê=rental,rent; tuyển dụng=hire,hiring,recruit; ngày mua=purchase_date;
mua=purchase,buy,bought; mua hàng=purchase; bán=sell,sale,sold; bán hàng=sale,sales;
ngày tạo=created_date,creation_date,date_created; tạo=create,creation; cập nhật=update,updated;
sửa đổi=modify,modified; sửa chữa=repair,fix; lỗi=fault,error,problem,defect,bug; hỏng=fault,damage;
bảo trì=maintenance; vấn đề=problem,issue; sự cố=incident,problem; giải pháp=solution; dự án=project;
công việc=job,work,task; nghề nghiệp=occupation,profession,job; nghề=job,occupation,profession;
việc làm=job,employment; nhiệm vụ=mission,task,assignment; sứ mệnh=mission; phân công=assignment;
hoạt động=activity,operation,event; sự kiện=event; lịch trình=schedule,itinerary; lịch sử=history;
lịch sử công việc=job_history; kinh nghiệm=experience; số năm kinh nghiệm=years_experience,experience;
làm việc=work,works,working; số giờ=hours; giờ làm việc=working_hours,hours; toàn thời gian=full_time;
bán thời gian=part_time; hiệu suất=performance; mục tiêu=target,goal; máy bay=aircraft,airplane,plane;
chuyến bay=flight; hãng hàng không=airline; sân bay=airport; phi công=pilot; hành khách=passenger; bay=fly,flight;
hạ cánh=landing,arrival; khởi hành=departure,depart; điểm đi=source,origin,departure; điểm đến=destination;
nơi đến=destination; nơi đi=origin,source; đến=arrival,arrive,to; giờ khởi hành=departure_time,departure;
giờ đến=arrival_time,arrival; chặng=leg; tuyến đường=route; tuyến=route,line; hành trình=trip,journey,route;
chuyến đi=trip,travel; chuyến=trip; du lịch=tourism,travel,tourist; điểm du lịch=tourist_attraction;
điểm tham quan=attraction,tourist_attraction; khách sạn=hotel; nhà trọ=inn; đặt phòng=reservation,booking;
đặt chỗ=reservation,booking; đặt trước=reservation,booking; vé=ticket; ga=station; nhà ga=station; trạm=station;
ga tàu=train_station; bến=station,stop,dock; tàu=ship,train; tàu hỏa=train; tàu hoả=train; xe lửa=train;
đường sắt=railway,rail; con tàu=ship; tàu thủy=ship; thuyền=boat,ship; cảng=port; thủy thủ=sailor;
thuyền trưởng=captain; xe=vehicle,car; ô tô=car,automobile,auto; xe hơi=car; xe ô tô=car; xe buýt=bus; xe tải=truck;
xe đạp=bike,bicycle; xe máy=motorcycle; phương tiện=vehicle; mẫu xe=model; kiểu xe=model; động cơ=engine;
xi lanh=cylinder,cylinders; tài xế=driver; lái xe=driver,drive; biển số=license_plate,plate; bãi đỗ xe=parking;
đỗ xe=parking; nhiên liệu=fuel; xăng=gas,gasoline; dầu=oil; giao hàng=delivery,deliver,shipping;
vận chuyển=shipping,shipment,transport; lô hàng=shipment; gói hàng=package; kiện hàng=package; gói=package,pack;
phương thức=method,mode; cách thức=method; phương thức thanh toán=payment_method; thẻ=card; thẻ tín dụng=credit_card;
thẻ ghi nợ=debit_card; ngân hàng=bank; cổ phiếu=share,stock; cổ phần=share; cổ đông=shareholder; nhà đầu tư=investor;
đầu tư=investment,invest; doanh nhân=entrepreneur; thị trường=market; chứng khoán=stock,securities; tiền tệ=currency;
quỹ=fund; tài trợ=grant,sponsor,fund; nhà tài trợ=sponsor; quyên góp=donation; chiến dịch=campaign; bầu cử=election;
phiếu bầu=vote; phiếu=vote,ballot; bỏ phiếu=vote,voting; cử tri=voter; ứng cử viên=candidate; ứng viên=candidate;
đảng=party; đảng phái=party; bữa tiệc=party; tiệc=party; chủ nhà=host; người dẫn chương trình=host;
người tổ chức=organizer,host; tổ chức bởi=held_by,host; chính phủ=government; chính quyền=government,local_authority;
thị trưởng=mayor; tổng thống=president; thống đốc=governor; nghị sĩ=representative; ủy ban=committee;
hội đồng=council,board; chủ tọa=chair; biên tập viên=editor; biên tập=editor; phóng viên=reporter,journalist;
nhà báo=journalist; nhà khoa học=scientist; khoa học=science; nghiên cứu=research,study; nhà nghiên cứu=researcher;
thí nghiệm=experiment; phòng thí nghiệm=laboratory,lab; phát minh=invention; bằng sáng chế=patent; cảnh sát=police;
sĩ quan=officer; quân đội=army,military; lính=soldier; chiến tranh=war; trận chiến=battle; tội phạm=crime,criminal;
tỷ lệ tội phạm=crime_rate; tù nhân=prisoner; vũ khí=weapon; súng=gun; nhà tù=prison; an toàn=safety; bão=storm;
cơn bão=storm; động đất=earthquake; thiên tai=disaster; thiệt hại=damage; cháy=fire; động vật=animal; thú cưng=pet;
vật nuôi=pet,livestock; chó=dog; con chó=dog; mèo=cat; con mèo=cat; ngựa=horse; bò=cow,cattle; cừu=sheep;
lợn=pig,pigs; gà=chicken; chim=bird; cá=fish; giống=breed; giống chó=breed; chủ=owner; chủ nhân=owner;
chủ sở hữu=owner; sở hữu=own,owner,ownership; người sở hữu=owner; loài=species; cây=tree,plant; hoa=flower;
nông trại=farm; trang trại=farm; nông nghiệp=agriculture; nông dân=farmer; trồng=grow,plant; nhà hàng=restaurant;
quán ăn=restaurant; quán cà phê=coffee_shop,cafe; cà phê=coffee; món ăn=dish,food; món=dish,item; thực phẩm=food;
đồ ăn=food; thức ăn=food; đồ uống=drink,beverage; rượu=wine,alcohol; rượu vang=wine; bia=beer; nho=grape;
bánh mì=bread; bánh=cake; thực đơn=menu; hương vị=flavor; vị=flavor; sữa=milk; đường ăn=sugar; đầu bếp=chef;
bữa sáng=breakfast; giờ vui vẻ=happy_hour; bảo tàng=museum; triển lãm=exhibition; tác phẩm=work,artwork;
tác phẩm điêu khắc=sculpture; nghệ thuật=art; nhà hát=theater,theatre; họa sĩ=painter,artist; hoạ sĩ=painter;
phòng trưng bày=gallery; nhà thờ=church; cầu=bridge; cây cầu=bridge; nhà máy=mill,factory,plant;
xưởng=workshop,factory; nhà kho=warehouse,storage; kho=warehouse,storage,stock; hàng tồn kho=inventory,stock;
tồn kho=stock,inventory; sản xuất=production,manufacture,produce; sản lượng=production,output; máy=machine;
máy móc=machine; thiết bị=device,equipment; máy tính=computer; phần mềm=software; ứng dụng=application,app;
hệ điều hành=operating_system; trình duyệt=browser; trình duyệt web=web_browser; trang web=website,site;
mạng=network; máy chủ=server; cơ sở dữ liệu=database; bộ nhớ=memory; chip=chip; màn hình=screen;
chế độ màn hình=screen_mode; pin=battery; phụ kiện=accessory; bản ghi=record; tệp=file; định dạng=format;
phiên bản=version; độ phân giải=resolution; tương thích=compatible; gia đình=family; cha mẹ=parent; bố mẹ=parent;
phụ huynh=parent; cha=father; bố=father; mẹ=mother; con=child,children; trẻ em=child,children,kid;
con cái=child,children; con trai=son; con gái=daughter; vợ=wife,spouse; chồng=husband; vợ chồng=spouse;
vợ hoặc chồng=spouse; anh trai=brother; chị gái=sister; họ hàng=relative; người thân=relative;
người phụ thuộc=dependent; hôn nhân=marriage,married; kết hôn=married,marriage; đã kết hôn=married; độc thân=single;
người=person,people; cá nhân=individual,person; hộ gia đình=household; người lớn=adult; dân tộc=ethnic,ethnicity;
tôn giáo=religion; văn hóa=culture; văn hoá=culture; tôn trọng=respect; nhãn=label,tag; thẻ từ=tag; liên kết=link;
nguồn=source; tài nguyên=resource; cấu trúc=structure; thành phần=component,ingredient; tính năng=feature;
đặc điểm=characteristic,feature; đặc trưng=characteristic,feature; thuộc tính=attribute,property; tham số=parameter;
chất lượng=quality; số lượng vé=ticket_number; nhiễm sắc thể=chromosome; protein=protein; gen=gene; enzyme=enzyme;
tương tác=interaction; hóa chất=chemical; nguyên tử=atom; phân tử=molecule; tuổi thọ=life_expectancy;
tuổi nghỉ hưu=retirement_age; nghỉ hưu=retired,retirement; sức khỏe=health; chăm sóc=care; ghế=seat,chair;
bàn=table,desk; chỗ ngồi=seat,seating; hàng=row,item,goods; cột=column,pole; tầng=floor,story,storey; cửa=door;
thang máy=elevator; phòng ngủ=bedroom; phòng tắm=bathroom; bếp=kitchen; loại phòng=room_type; loại giường=bed_type;
mức giá=price,rate; giá cơ bản=base_price; trang trí=decor,decoration; độ khó=difficulty; quan trọng=important;
ưu tiên=priority; hiệu lực=effective; bắt buộc=mandatory; hợp lệ=valid; thực tế=actual; hiện tại=current;
trước đây=previous,former; cũ=old,former; mới=new; đầu tiên=first; cuối cùng=last,final; tạm thời=temporary,acting;
quyền hạn=authority; chính thức=official; khởi đầu=start; nhỏ=small; lớn=large,big; nhanh=fast,quick; nóng=hot;
lạnh=cold; tốt=good; xấu=bad; tệ=bad; xuất sắc=excellent; trung bình=average,avg,medium; tối đa=maximum,max;
tối thiểu=minimum,min; tổng=total,sum; cao nhất=highest,high,max; thấp nhất=lowest,low,min; tốt nhất=best;
hằng năm=annual,yearly; hàng năm=annual,yearly; hàng tháng=monthly; hằng tháng=monthly; hàng ngày=daily;
trong nước=domestic; nước ngoài=foreign,international; quốc tế=international; địa phương=local; quốc lộ=highway;
công cộng=public; tư nhân=private; công lập=public; tư thục=private; đã hoàn thành=completed;
hoàn thành=complete,completed; đã hủy=cancelled,canceled; hủy=cancel; đang chờ=pending; đã giao=delivered;
đã thanh toán=paid; đã đóng=closed; mở=open; đang làm việc=working; thành công=success,successful;
thất bại=failure,failed; có=yes,true; không=no,false; đúng=true,right; sai=false,wrong; đỏ=red; xanh=blue,green;
xanh dương=blue; xanh lá=green; trắng=white; đen=black; vàng nhạt=light_yellow; nâu=brown; cam=orange; tím=purple;
hồng=pink; xám=gray,grey; thứ hai=monday; thứ ba=tuesday; thứ tư=wednesday; thứ năm=thursday; thứ sáu=friday;
thứ bảy=saturday; chủ nhật=sunday; tháng một=january; tháng giêng=january; tháng hai=february; tháng ba=march;
tháng tư=april; tháng năm=may; tháng sáu=june; tháng bảy=july; tháng tám=august; tháng chín=september;
tháng mười=october; tháng mười một=november; tháng mười hai=december; mùa xuân=spring; mùa hè=summer;
mùa thu=fall,autumn; mùa đông=winter; phía bắc=north; phía nam=south; phía đông=east; phía tây=west;
toán=math,mathematics; toán học=math,mathematics; vật lý=physics; hóa học=chemistry; hoá học=chemistry;
sinh học=biology; địa lý=geography; tin học=computer,informatics; khoa học máy tính=computer_science,comp._sci.;
kinh tế=economics,economy; tài chính=finance,financial; kế toán học=accounting; tâm lý học=psychology;
tâm lý=psychology; triết học=philosophy; luật=law; y học=medicine; y khoa=medicine; kỹ thuật=engineering,technical;
công nghệ=technology; thống kê=statistics; giáo dục=education; tiếp thị=marketing; thể hình=body_building;
hài=comedy; hài kịch=comedy; hành động=action; kinh dị=horror; tình cảm=romance; chính kịch=drama;
khoa học viễn tưởng=sci-fi,science_fiction; tiểu thuyết=novel,fiction; thiếu nhi=children;
"""

_SMALL = """
mỹ=usa,united_states,us,united_states_of_america,america; hoa kỳ=usa,united_states,us,united_states_of_america;
anh=uk,united_kingdom,england,great_britain; vương quốc anh=uk,united_kingdom; nước anh=england,uk,united_kingdom;
pháp=france; đức=germany; ý=italy; nhật bản=japan; nhật=japan; trung quốc=china; hàn quốc=south_korea,korea;
triều tiên=north_korea; nga=russia,russian_federation; úc=australia; canada=canada; tây ban nha=spain;
bồ đào nha=portugal; hà lan=netherlands,holland; bỉ=belgium; thụy sĩ=switzerland; thụy điển=sweden; na uy=norway;
đan mạch=denmark; phần lan=finland; ba lan=poland; áo=austria; hy lạp=greece; thổ nhĩ kỳ=turkey; ấn độ=india;
thái lan=thailand; việt nam=vietnam,viet_nam; ma-lai-xi-a=malaysia; xin-ga-po=singapore; phi-líp-pin=philippines;
đài loan=taiwan; hồng kông=hong_kong; bra-xin=brazil; mê-hi-cô=mexico; ác-hen-ti-na=argentina; ai cập=egypt;
nam phi=south_africa; ireland=ireland; scotland=scotland; xứ wales=wales; châu á=asia; châu âu=europe;
châu phi=africa; châu mỹ=america,north_america; bắc mỹ=north_america; nam mỹ=south_america; châu đại dương=oceania;
châu nam cực=antarctica; luân đôn=london; bắc kinh=beijing; thượng hải=shanghai; người mỹ=american;
người anh=british,english; người pháp=french; người đức=german; người nhật=japanese; người trung quốc=chinese;
người việt=vietnamese; người ý=italian; người tây ban nha=spanish; người úc=australian; người canada=canadian;
người nga=russian; tiếng đức=german; tiếng nhật=japanese; tiếng trung=chinese; tiếng trung quốc=chinese;
tiếng hàn=korean; tiếng nga=russian; tiếng ý=italian; tiếng tây ban nha=spanish; tiếng bồ đào nha=portuguese;
tiếng hà lan=dutch; tiếng ả rập=arabic; cộng hòa=republic; vương quốc=kingdom,monarchy; cộng hòa dân chủ congo=congo;
"""


def _parsed(block: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in re.split(r"[;\n]", block):
        phrase, equals, words = entry.partition("=")
        if not equals:
            continue
        found[phrase.strip()] = tuple(word.strip().replace("_", " ") for word in words.split(",") if word.strip())
    return found


@cache
def vietnamese_to_english() -> Mapping[str, tuple[str, ...]]:
    """Vietnamese phrase, lower case with diacritics → English words or phrases in lower case, best first."""
    return _parsed(_ENTRIES) | _parsed(_SMALL)


@cache
def schema_words() -> Mapping[str, tuple[str, ...]]:
    """The part of the lexicon that names things (tables and columns), without countries and nationalities."""
    return _parsed(_ENTRIES)


@cache
def english_to_vietnamese() -> Mapping[str, tuple[str, ...]]:
    """English word or phrase → Vietnamese phrases, the entry in which it stands first before the others."""
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    for order, (phrase, words) in enumerate(vietnamese_to_english().items()):
        for place, word in enumerate(words):
            ranked.setdefault(word, []).append((place, order, phrase))
    return {word: tuple(phrase for _, _, phrase in sorted(found)) for word, found in ranked.items()}


_ABBREVIATIONS = {
    "num": "number", "no": "number", "nbr": "number", "qty": "quantity", "amt": "amount", "desc": "description",
    "dept": "department", "emp": "employee", "addr": "address", "tel": "telephone", "fname": "first name",
    "lname": "last name", "dob": "date of birth", "avg": "average", "pct": "percent", "yr": "year", "stu": "student",
    "prof": "professor", "cust": "customer", "prod": "product", "mgr": "manager", "hq": "headquarters",
    "cat": "category", "lat": "latitude", "lng": "longitude", "bal": "balance", "sal": "salary", "pos": "position",
    "loc": "location", "acc": "account", "acct": "account", "org": "organization", "mng": "manager",
}  # fmt: skip


def split_identifier(name: str) -> tuple[str, ...]:
    """Words of an identifier in lower case: ``customerID`` → ``("customer", "id")``; Vietnamese keeps its marks."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return tuple(word.lower() for word in re.split(r"[^\w]+|_", spaced) if word)


def singular(word: str) -> str:
    """An English noun's singular, roughly: enough to compare two identifiers."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return {"people": "person", "children": "child", "men": "man", "women": "woman"}.get(word, word)


def expand(words: Sequence[str]) -> tuple[str, ...]:
    """English identifier words in the singular with common abbreviations written out."""
    found: list[str] = []
    for word in words:
        found.extend(_ABBREVIATIONS.get(word, singular(word)).split())
    return tuple(found)


def vietnamese_label(name: str) -> str:
    """A Vietnamese label for an identifier, or the identifier's own words when the lexicon does not cover it whole.

    ``student_id`` → ``Mã học sinh`` (Vietnamese puts the head first, so the words' order is turned round).
    """
    words = expand(split_identifier(name))
    known = english_to_vietnamese()
    parts: list[str] = []
    index = 0
    while index < len(words):
        for size in (3, 2, 1):
            phrase = " ".join(words[index : index + size])
            if index + size <= len(words) and phrase in known:
                parts.append(known[phrase][0])
                index += size
                break
        else:
            return _sentence(" ".join(split_identifier(name)) or name)
    return _sentence(" ".join(reversed(parts)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
