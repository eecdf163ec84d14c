"""The expected status of every address, by role; a cell is "own/other/none", or one status for all three.

302 and 303 lead on after success, 400 and 409 mean: let in, but the form that the test sends is incomplete or stale.
"""

# The role of each column, and who of the cast plays it.
PERSONAS = {
    "anonymous": "nobody",
    "no role": "tro",
    "teacher": "lan",
    "head": "hoa",
    "union": "cuc",
    "secretary": "thu",
    "leadership": "binh",
    "council": "hoi",
    "admin": "quan",
}

#                                             anonymous   no_role     teacher     head        union       secretary   leadership  council     admin
TABLE = """
GET  /                                        302         302         302         302         302         302         302         302         302
GET  /admin/                                  302         200         200         200         200         200         200         200         200
GET  /admin/account/                          302         403         403         403         403         403         403         403         200
POST /admin/account/action/                   401         403         403         403         403         403         403         403         403
GET  /admin/account/ajax/lookup/              302         403         403         403         403         403         403         403         200
POST /admin/account/ajax/update/              401         403         403         403         403         403         403         403         403
POST /admin/account/delete/                   401         403         403         403         403         403         403         403         403
GET  /admin/account/details/                  302         403         403         403         403         403         403         403         200/200/404
GET  /admin/account/edit/                     302         403         403         403         403         403         403         403         200/200/404
POST /admin/account/edit/                     401         403         403         403         403         403         403         403         400/400/404
GET  /admin/account/export/<export_type>/     302         403         403         403         403         403         403         403         200
GET  /admin/account/new/                      302         403         403         403         403         403         403         403         200
POST /admin/account/new/                      401         403         403         403         403         403         403         403         400
POST /admin/account/step/                     401         403         403         403         403         403         403         403         409/303/404
GET  /admin/audit/                            302         403         403         403         403         403         200         403         200
POST /admin/audit/action/                     401         403         403         403         403         403         403         403         403
GET  /admin/audit/ajax/lookup/                302         403         403         403         403         403         403         403         403
POST /admin/audit/ajax/update/                401         403         403         403         403         403         403         403         403
POST /admin/audit/delete/                     401         403         403         403         403         403         403         403         403
GET  /admin/audit/details/                    302         403         403         403         403         403         200/200/404 403         200/200/404
GET  /admin/audit/edit/                       302         403         403         403         403         403         403         403         403
POST /admin/audit/edit/                       401         403         403         403         403         403         403         403         403
GET  /admin/audit/export/<export_type>/       302         403         403         403         403         403         200         403         200
GET  /admin/audit/new/                        302         403         403         403         403         403         403         403         403
POST /admin/audit/new/                        401         403         403         403         403         403         403         403         403
POST /admin/audit/step/                       401         403         403         403         403         403         403         403         403
GET  /admin/case/                             302         403         200         200         200         200         200         403         403
POST /admin/case/action/                      401         403         403/404/404 403/404/404 403/403/404 303/303/404 303/303/404 403         403
GET  /admin/case/ajax/lookup/                 302         403         200         200         403         200         200         403         403
POST /admin/case/ajax/update/                 401         403         403         403         403         403         403         403         403
POST /admin/case/delete/                      401         403         403         403         403         403         403         403         403
GET  /admin/case/details/                     302         403         200/404/404 200/404/404 200/200/404 200/200/404 200/200/404 403         403
GET  /admin/case/edit/                        302         403         303/404/404 403/404/404 403         303/303/404 303/303/404 403         403
POST /admin/case/edit/                        401         403         303/404/404 403/404/404 403         303/303/404 303/303/404 403         403
GET  /admin/case/export/<export_type>/        302         403         200         200         200         200         200         403         403
GET  /admin/case/new/                         302         403         200         200         403         200         200         403         403
POST /admin/case/new/                         401         403         400         400         403         400         400         403         403
POST /admin/case/open/                        401         403         303/404/404 303/404/404 303/303/404 303/303/404 303/303/404 403         403
POST /admin/case/step/                        401         403         403/404/404 403/404/404 403/403/404 409/409/404 409/409/404 403         403
GET  /admin/category/                         302         403         200         200         200         200         200         200         200
POST /admin/category/action/                  401         403         403         403         403         403         403         403         403
GET  /admin/category/ajax/lookup/             302         403         403         403         403         403         404         403         404
POST /admin/category/ajax/update/             401         403         403         403         403         403         403         403         403
POST /admin/category/delete/                  401         403         403         403         403         403         303/303/404 403         303/303/404
GET  /admin/category/details/                 302         403         200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404
GET  /admin/category/edit/                    302         403         403         403         403         403         200/200/404 403         200/200/404
POST /admin/category/edit/                    401         403         403         403         403         403         400/400/404 403         400/400/404
GET  /admin/category/export/<export_type>/    302         403         200         200         200         200         200         200         200
GET  /admin/category/new/                     302         403         403         403         403         403         200         403         200
POST /admin/category/new/                     401         403         403         403         403         403         400         403         400
POST /admin/category/step/                    401         403         403         403         403         403         403         403         403
GET  /admin/classroom/                        302         403         200         200         200         200         200         200         200
POST /admin/classroom/action/                 401         403         403         403         403         403         403         403         403
GET  /admin/classroom/ajax/lookup/            302         403         403         403         403         403         403         403         200
POST /admin/classroom/ajax/update/            401         403         403         403         403         403         403         403         403
POST /admin/classroom/delete/                 401         403         403         403         403         403         403         403         303/303/404
GET  /admin/classroom/details/                302         403         200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404
GET  /admin/classroom/edit/                   302         403         403         403         403         403         403         403         200/200/404
POST /admin/classroom/edit/                   401         403         403         403         403         403         403         403         400/400/404
GET  /admin/classroom/export/<export_type>/   302         403         200         200         200         200         200         200         200
GET  /admin/classroom/new/                    302         403         403         403         403         403         403         403         200
POST /admin/classroom/new/                    401         403         403         403         403         403         403         403         400
POST /admin/classroom/step/                   401         403         403         403         403         403         403         403         403
GET  /admin/department/                       302         403         200         200         200         200         200         200         200
POST /admin/department/action/                401         403         403         403         403         403         403         403         403
GET  /admin/department/ajax/lookup/           302         403         403         403         403         403         403         403         200
POST /admin/department/ajax/update/           401         403         403         403         403         403         403         403         403
POST /admin/department/delete/                401         403         403         403         403         403         403         403         303/303/404
GET  /admin/department/details/               302         403         200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404
GET  /admin/department/edit/                  302         403         403         403         403         403         403         403         200/200/404
POST /admin/department/edit/                  401         403         403         403         403         403         403         403         400/400/404
GET  /admin/department/export/<export_type>/  302         403         200         200         200         200         200         200         200
GET  /admin/department/new/                   302         403         403         403         403         403         403         403         200
POST /admin/department/new/                   401         403         403         403         403         403         403         403         400
POST /admin/department/step/                  401         403         403         403         403         403         403         403         403
GET  /admin/emulation/                        302         403         403         403         403         403         200         200         403
GET  /admin/emulation/export/                 302         403         403         403         403         403         200         200         403
GET  /admin/guide/                            302         200         200         200         200         200         200         200         200
GET  /admin/guide/<role>                      302         200         200         200         200         200         200         200         200
GET  /admin/hardship/                         302         403         200         200         200         200         200         403         403
POST /admin/hardship/action/                  401         403         403         403         403         403         403         403         403
GET  /admin/hardship/ajax/lookup/             302         403         200         200         403         200         200         403         403
POST /admin/hardship/ajax/update/             401         403         403         403         403         403         403         403         403
POST /admin/hardship/delete/                  401         403         303/404/404 404         403         303/303/404 303/303/404 403         403
GET  /admin/hardship/details/                 302         403         200/404/404 404         404         200/200/404 200/200/404 403         403
GET  /admin/hardship/edit/                    302         403         200/404/404 404         403         200/200/404 200/200/404 403         403
POST /admin/hardship/edit/                    401         403         400/404/404 404         403         400/400/404 400/400/404 403         403
GET  /admin/hardship/export/<export_type>/    302         403         200         200         200         200         200         403         403
GET  /admin/hardship/new/                     302         403         200         200         403         200         200         403         403
POST /admin/hardship/new/                     401         403         400         400         403         400         400         403         403
POST /admin/hardship/step/                    401         403         403/404/404 404         404         403/403/404 303/303/404 403         403
GET  /admin/help/                             302         403         200         200         200         403         200         403         403
POST /admin/help/action/                      401         403         403         403         403         403         403         403         403
GET  /admin/help/ajax/lookup/                 302         403         403         403         200         403         200         403         403
POST /admin/help/ajax/update/                 401         403         403         403         403         403         403         403         403
POST /admin/help/delete/                      401         403         403         403         403         403         403         403         403
GET  /admin/help/details/                     302         403         200/404/404 404         200/200/404 403         200/200/404 403         403
GET  /admin/help/edit/                        302         403         403         403         200/200/404 403         200/200/404 403         403
POST /admin/help/edit/                        401         403         403         403         400/400/404 403         400/400/404 403         403
GET  /admin/help/export/<export_type>/        302         403         200         200         200         403         200         403         403
GET  /admin/help/new/                         302         403         403         403         200         403         200         403         403
POST /admin/help/new/                         401         403         403         403         400         403         400         403         403
POST /admin/help/step/                        401         403         403         403         403         403         403         403         403
GET  /admin/progress/                         302         403         200         200         200         200         200         403         403
POST /admin/progress/action/                  401         403         403/404/404 303/404/404 403/403/404 403/403/404 303/303/404 403         403
GET  /admin/progress/ajax/lookup/             302         403         200         200         403         403         403         403         403
POST /admin/progress/ajax/update/             401         403         403         403         403         403         403         403         403
POST /admin/progress/delete/                  401         403         303/404/404 303/404/404 403         403         403         403         403
GET  /admin/progress/details/                 302         403         200/404/404 200/404/404 200/200/404 200/200/404 200/200/404 403         403
GET  /admin/progress/edit/                    302         403         403/404/404 403/404/404 403         403         403         403         403
POST /admin/progress/edit/                    401         403         403/404/404 403/404/404 403         403         403         403         403
GET  /admin/progress/export/<export_type>/    302         403         200         200         200         200         200         403         403
GET  /admin/progress/new/                     302         403         200         200         403         403         403         403         403
POST /admin/progress/new/                     401         403         400         400         403         403         403         403         403
POST /admin/progress/step/                    401         403         403/404/404 303/404/404 403/403/404 403/403/404 303/303/404 403         403
GET  /admin/result/                           302         403         200         200         200         200         200         403         200
POST /admin/result/action/                    401         403         403         403         403         403         403         403         403
GET  /admin/result/ajax/lookup/               302         403         403         403         403         404         403         403         404
POST /admin/result/ajax/update/               401         403         403         403         403         403         403         403         403
POST /admin/result/delete/                    401         403         403         403         403         403         403         403         403
GET  /admin/result/details/                   302         403         200/404/404 200/404/404 200/200/404 200/200/404 200/200/404 403         200/200/404
GET  /admin/result/edit/                      302         403         403         403         403         200/200/404 403         403         200/200/404
POST /admin/result/edit/                      401         403         403         403         403         303/303/404 403         403         303/303/404
GET  /admin/result/export/<export_type>/      302         403         200         200         200         200         200         403         200
GET  /admin/result/new/                       302         403         403         403         403         403         403         403         403
POST /admin/result/new/                       401         403         403         403         403         403         403         403         403
POST /admin/result/step/                      401         403         403         403         403         403         403         403         403
GET  /admin/sponsorship/                      302         403         200         200         200         200         200         403         403
POST /admin/sponsorship/action/               401         403         403/404/404 403/404/404 403/403/404 403/403/404 303/303/404 403         403
GET  /admin/sponsorship/ajax/lookup/          302         403         200         200         403         200         200         403         403
POST /admin/sponsorship/ajax/update/          401         403         403         403         403         403         403         403         403
POST /admin/sponsorship/delete/               401         403         303/404/404 303/404/404 403         303/303/404 303/303/404 403         403
GET  /admin/sponsorship/details/              302         403         200/404/404 200/404/404 200/200/404 200/200/404 200/200/404 403         403
GET  /admin/sponsorship/edit/                 302         403         403/404/404 403/404/404 403         403/403/404 403/403/404 403         403
POST /admin/sponsorship/edit/                 401         403         403/404/404 403/404/404 403         403/403/404 403/403/404 403         403
GET  /admin/sponsorship/export/<export_type>/ 302         403         200         200         200         200         200         403         403
GET  /admin/sponsorship/new/                  302         403         200         200         403         200         200         403         403
POST /admin/sponsorship/new/                  401         403         400         400         403         400         400         403         403
POST /admin/sponsorship/step/                 401         403         403/404/404 403/404/404 403/403/404 403/403/404 303/303/404 403         403
GET  /admin/search/                           302         403         200         200         200         200         200         200         200
GET  /admin/staff/                            302         403         200         200         200         200         200         200         200
POST /admin/staff/action/                     401         403         403         403         403         403         403         403         403
GET  /admin/staff/ajax/lookup/                302         403         403         403         403         403         403         403         404
POST /admin/staff/ajax/update/                401         403         403         403         403         403         403         403         403
POST /admin/staff/delete/                     401         403         403         403         403         403         403         403         303/303/404
GET  /admin/staff/details/                    302         403         200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404
GET  /admin/staff/edit/                       302         403         403         403         403         403         403         403         200/200/404
POST /admin/staff/edit/                       401         403         403         403         403         403         403         403         400/400/404
GET  /admin/staff/export/<export_type>/       302         403         200         200         200         200         200         200         200
GET  /admin/staff/new/                        302         403         403         403         403         403         403         403         200
POST /admin/staff/new/                        401         403         403         403         403         403         403         403         400
POST /admin/staff/step/                       401         403         403         403         403         403         403         403         403
GET  /admin/static/<path:filename>            404         404         404         404         404         404         404         404         404
GET  /admin/student/                          302         403         200         200         200         200         200         403         200
POST /admin/student/action/                   401         403         403         403         403         403         403         403         403
GET  /admin/student/ajax/lookup/              302         403         403         403         403         404         403         403         404
POST /admin/student/ajax/update/              401         403         403         403         403         403         403         403         403
POST /admin/student/delete/                   401         403         403         403         403         303/303/404 403         403         303/303/404
GET  /admin/student/details/                  302         403         200/404/404 200/404/404 200/200/404 200/200/404 200/200/404 403         200/200/404
GET  /admin/student/edit/                     302         403         403         403         403         200/200/404 403         403         200/200/404
POST /admin/student/edit/                     401         403         403         403         403         400/400/404 403         403         400/400/404
GET  /admin/student/export/<export_type>/     302         403         200         200         200         200         200         403         200
GET  /admin/student/new/                      302         403         403         403         403         200         403         403         200
POST /admin/student/new/                      401         403         403         403         403         400         403         403         400
POST /admin/student/step/                     401         403         403         403         403         403         403         403         403
GET  /admin/year/                             302         403         200         200         200         200         200         200         200
POST /admin/year/action/                      401         403         403         403         403         403         403         403         403
GET  /admin/year/ajax/lookup/                 302         403         403         403         403         403         403         403         404
POST /admin/year/ajax/update/                 401         403         403         403         403         403         403         403         403
POST /admin/year/delete/                      401         403         403         403         403         403         403         403         303/303/404
GET  /admin/year/details/                     302         403         200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404 200/200/404
GET  /admin/year/edit/                        302         403         403         403         403         403         403         403         200/200/404
POST /admin/year/edit/                        401         403         403         403         403         403         403         403         400/400/404
GET  /admin/year/export/<export_type>/        302         403         200         200         200         200         200         200         200
GET  /admin/year/new/                         302         403         403         403         403         403         403         403         200
POST /admin/year/new/                         401         403         403         403         403         403         403         403         400
POST /admin/year/step/                        401         403         403         403         403         403         403         403         403
GET  /bootstrap/static/<path:filename>        404         404         404         404         404         404         404         404         404
GET  /healthz                                 200         200         200         200         200         200         200         200         200
POST /lang                                    302         302         302         302         302         302         302         302         302
GET  /login                                   200         200         200         200         200         200         200         200         200
POST /login                                   400         400         400         400         400         400         400         400         400
POST /logout                                  401         302         302         302         302         302         302         302         302
GET  /password                                302         200         200         200         200         200         200         200         200
POST /password                                401         400         400         400         400         400         400         400         400
GET  /readyz                                  200         200         200         200         200         200         200         200         200
GET  /robots.txt                              200         200         200         200         200         200         200         200         200
GET  /setup/<token>                           404         404         404         404         404         404         404         404         404
POST /setup/<token>                           404         404         404         404         404         404         404         404         404
GET  /static/<path:filename>                  200         200         200         200         200         200         200         200         200
"""
