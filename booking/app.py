"""The application: everything put together in plain sight."""

from __future__ import annotations

import datetime as dt
import gc

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import logs, navigation
from booking.bookings import api as bookings_api
from booking.bookings import jobs as bookings_jobs
from booking.bookings import views as bookings_views
from booking.bookings.actions import ahead
from booking.bookings.actions.leave import forget_words
from booking.bookings.queries.own import bookings_to_come, exported_bookings
from booking.calendars import jobs as calendars_jobs
from booking.calendars import views as calendars_views
from booking.calendars.actions import forget_member as forget_calendars
from booking.calendars.queries.addresses import exported as exported_addresses
from booking.db import db
from booking.db.session import engine_options, tune
from booking.jobs import jobs as jobs_jobs
from booking.jobs.schemas import Handlers
from booking.jobs.worker import Worker
from booking.ledger import api as ledger_api
from booking.ledger import views as ledger_views
from booking.ledger.queries.own import debts, exported_movements
from booking.mail import jobs as mail_jobs
from booking.mail import render as mail_render
from booking.mail import views as mail_views
from booking.occupancy import views as occupancy_views
from booking.people import api as people_api
from booking.people import asking
from booking.people import jobs as people_jobs
from booking.people import views as people_views
from booking.people.schemas import Neighbours
from booking.places import api as places_api
from booking.places import jobs as places_jobs
from booking.places import views as places_views
from booking.resources import api as resources_api
from booking.resources import views as resources_views
from booking.settings import Settings, load, package_folder
from booking.tariffs import views as tariffs_views
from booking.web import (
    api,
    assets,
    components,
    formats,
    forms,
    health,
    i18n,
    legal,
    metrics,
    problems,
    robots,
    security,
    sessions,
    zones,
)

LARGEST_REQUEST = 8 * 1024 * 1024
"""Bytes; photos are the largest thing anybody sends."""


def create_app(settings: Settings) -> Flask:
    """The WSGI application for these settings. It opens no connection before the first request."""
    app = Flask(
        "booking",
        template_folder=str(package_folder("templates")),
        static_folder=str(package_folder("static")),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="archipel",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=30),
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
    )
    assert isinstance(app.json, DefaultJSONProvider)  # noqa: S101 - Flask's own, as no other is chosen
    app.json.ensure_ascii = False
    app.extensions["archipel"] = settings
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # the documented way

    db.init_app(app)
    with app.app_context():
        tune(db.engine)
    Migrate(app, db, directory=str(package_folder("migrations")), render_as_batch=True)

    i18n.register(app)
    formats.register(app)
    assets.register(app)
    components.register(app)
    zones.register(app)
    security.register(app, settings)
    problems.register(app)
    forms.register(app)
    asking.register(app)
    health.register(app)
    metrics.register(app, settings)
    robots.register(app)
    sessions.register(app)
    navigation.register(app)

    places_views.register(app, reasons_to_stay=(ahead.booked_lieu, ahead.blocked_lieu))
    resources_views.register(app, reasons_to_stay=(ahead.booked_resource,))
    app.register_blueprint(tariffs_views.blueprint)
    for each in (bookings_views, ledger_views, occupancy_views, legal):
        app.register_blueprint(each.blueprint)
    people_views.register(
        app,
        Neighbours(
            exporters=(
                ("bookings", exported_bookings),
                ("movements", exported_movements),
                ("calendar_addresses", exported_addresses),
            ),
            reasons_to_stay=(bookings_to_come, debts),
            erasers=(forget_words, forget_calendars),
        ),
    )

    api.register(
        app,
        settings,
        (places_api.room, resources_api.room, bookings_api.room, people_api.room, ledger_api.room),
    )
    calendars_views.register(app)
    mail_render.configure(settings.base_url)
    if settings.demo:
        app.register_blueprint(mail_views.mailbox)
    return app


def handlers(settings: Settings) -> Handlers:
    """What does each kind of job; a kind that is not here waits for a worker that knows it."""
    return {
        **jobs_jobs.HANDLERS,
        **mail_jobs.handlers(settings),
        **people_jobs.HANDLERS,
        **places_jobs.HANDLERS,
        **bookings_jobs.HANDLERS,
        **calendars_jobs.HANDLERS,
    }


def make_worker(app: Flask) -> Worker:
    """A worker for the application's jobs."""
    return Worker(app, handlers(app.extensions["archipel"]))


def served() -> Flask:
    """The application as each process of a server runs it, with settings from the environment.

    All that was made by then lives as long as the process; the garbage collector is told so, since looking through it
    again and again takes longer than most answers.
    """
    logs.configure()
    made = create_app(load())
    gc.collect()
    gc.freeze()
    return made
