"""Two schemas: a music shop as one finds them, and one with everything that goes wrong."""

MUSIC = """
CREATE TABLE [Artist] ([ArtistId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, [Name] NVARCHAR(120));
CREATE TABLE [Album] (
    [AlbumId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, [Title] NVARCHAR(160) NOT NULL, [ArtistId] INTEGER NOT NULL,
    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) ON DELETE NO ACTION ON UPDATE NO ACTION);
CREATE TABLE [Employee] (
    [EmployeeId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, [LastName] NVARCHAR(20) NOT NULL, [FirstName] NVARCHAR(20),
    [ReportsTo] INTEGER, [BirthDate] DATETIME,
    FOREIGN KEY ([ReportsTo]) REFERENCES [Employee] ([EmployeeId]) ON DELETE NO ACTION ON UPDATE NO ACTION);
CREATE TABLE [Track] (
    [TrackId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, [Name] NVARCHAR(200) NOT NULL, [AlbumId] INTEGER,
    [Milliseconds] INTEGER NOT NULL, [Bytes] INTEGER, [UnitPrice] NUMERIC(10,2) NOT NULL,
    FOREIGN KEY ([AlbumId]) REFERENCES [Album] ([AlbumId]) ON DELETE NO ACTION ON UPDATE NO ACTION);
CREATE TABLE [Playlist] ([PlaylistId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, [Name] NVARCHAR(120));
CREATE TABLE [PlaylistTrack] (
    [PlaylistId] INTEGER NOT NULL, [TrackId] INTEGER NOT NULL,
    CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY ([PlaylistId], [TrackId]),
    FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]) ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]) ON DELETE NO ACTION ON UPDATE NO ACTION);
CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId]);
CREATE INDEX [IFK_TrackAlbumId] ON [Track] ([AlbumId]);
INSERT INTO Artist VALUES (1, 'AC/DC'), (2, 'Accept'), (3, 'Nobody');
INSERT INTO Album VALUES (1, 'For Those About To Rock', 1), (2, 'Balls to the Wall', 2);
INSERT INTO Employee VALUES (1, 'Adams', 'Andrew', NULL, '1962-02-18 00:00:00'), (2, 'Edwards', 'Nancy', 1, NULL);
INSERT INTO Track VALUES (1, 'Put The Finger On You', 1, 205662, 6713451, 0.99), (2, 'Evil Walks', NULL, 1, NULL, 1);
INSERT INTO Playlist VALUES (1, 'Music'), (2, 'Empty');
INSERT INTO PlaylistTrack VALUES (1, 1), (1, 2);
"""

NASTY = """
CREATE TABLE "order" (
    "class" INTEGER PRIMARY KEY, "from" TEXT NOT NULL, "import" TEXT, "2nd name" TEXT, "First Name" TEXT,
    "firstName" TEXT, metadata TEXT, registry TEXT, "self" TEXT, page TEXT, sort TEXT, q TEXT, format TEXT, "id" TEXT,
    action TEXT, method TEXT, request TEXT, csrf_token TEXT, _csrf TEXT, controller TEXT, url TEXT,
    per_page INTEGER, "list" TEXT,
    "str" TEXT, "sa" TEXT, "Größe" TEXT, "顧客" TEXT, "a.b" TEXT, "a/b" TEXT, "a%b" TEXT, "a:b" TEXT, "quo""te" TEXT,
    "it's" TEXT, "row_version" INTEGER, "key" TEXT, "model" TEXT, "query" TEXT);
CREATE TABLE "Two Words" ("The Id" INTEGER PRIMARY KEY, "order" INTEGER REFERENCES "order" ("class"));
CREATE TABLE two_words (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE new_two_word (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE home (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE static (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "Base" (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "None" (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "123 go" (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "顧客" (id INTEGER PRIMARY KEY, "名前" TEXT);
CREATE TABLE person (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, mother_id INTEGER REFERENCES person (id),
    father_id INTEGER REFERENCES person (id), boss INTEGER REFERENCES person);
CREATE TABLE follows (
    follower_id INTEGER NOT NULL REFERENCES person (id), followed_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (follower_id, followed_id));
CREATE TABLE team (id INTEGER PRIMARY KEY, name VARCHAR(40) UNIQUE NOT NULL, captain_id INTEGER REFERENCES player (id));
CREATE TABLE player (id INTEGER PRIMARY KEY, name TEXT, team_id INTEGER REFERENCES team (id));
CREATE TABLE game (
    home_team_id INTEGER NOT NULL REFERENCES team (id), guest_team_id INTEGER NOT NULL REFERENCES team (id),
    day DATE NOT NULL, goals INTEGER, PRIMARY KEY (home_team_id, guest_team_id, day));
CREATE TABLE goal (
    id INTEGER PRIMARY KEY, home_team_id INTEGER NOT NULL, guest_team_id INTEGER NOT NULL, day DATE NOT NULL,
    scorer_id INTEGER REFERENCES player (id) ON DELETE SET NULL,
    FOREIGN KEY (home_team_id, guest_team_id, day) REFERENCES game (home_team_id, guest_team_id, day)
        ON DELETE CASCADE);
CREATE TABLE tenant (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE account (
    tenant_id INTEGER NOT NULL REFERENCES tenant (id), number INTEGER NOT NULL, parent INTEGER,
    PRIMARY KEY (tenant_id, number), FOREIGN KEY (tenant_id, parent) REFERENCES account (tenant_id, number));
CREATE TABLE membership (
    person_id INTEGER NOT NULL REFERENCES person (id), team_id INTEGER NOT NULL REFERENCES team (id), since DATE,
    PRIMARY KEY (person_id, team_id));
CREATE TABLE tag (code VARCHAR(10) PRIMARY KEY NOT NULL, label TEXT);
CREATE TABLE person_tag (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    tag VARCHAR(10) NOT NULL REFERENCES tag (code) ON DELETE CASCADE, PRIMARY KEY (person_id, tag));
CREATE TABLE profile (person_id INTEGER PRIMARY KEY REFERENCES person (id), bio TEXT);
CREATE TABLE uniquely (code VARCHAR(8) NOT NULL UNIQUE, title TEXT);
CREATE TABLE keyless (a INTEGER, b TEXT);
CREATE TABLE loose_link (person_id INTEGER REFERENCES person (id), tag VARCHAR(10) REFERENCES tag (code));
CREATE TABLE lost (id INTEGER PRIMARY KEY, ghost_id INTEGER REFERENCES ghost (id), name TEXT);
CREATE TABLE blobkey (id BLOB PRIMARY KEY NOT NULL, name TEXT);
CREATE TABLE datekey (day DATE PRIMARY KEY NOT NULL, note TEXT);
CREATE TABLE slashkey (path TEXT PRIMARY KEY NOT NULL, note TEXT);
CREATE TABLE allkinds (
    id INTEGER PRIMARY KEY, t TEXT NOT NULL DEFAULT 'it''s: 5%', i INTEGER NOT NULL DEFAULT 7, r REAL DEFAULT 1.5,
    n NUMERIC(8,2) DEFAULT 0, b BOOLEAN NOT NULL DEFAULT 1, d DATE DEFAULT CURRENT_DATE,
    dt DATETIME DEFAULT CURRENT_TIMESTAMP, ti TIME, j JSON, bl BLOB, u UUID, bare, m MONEY,
    c VARCHAR(5) CHECK (c IN ('x', 'y z')), g INTEGER GENERATED ALWAYS AS (i * 2) VIRTUAL,
    x TEXT DEFAULT (lower('ABC')));
CREATE VIEW top_people AS SELECT id, name FROM person;
CREATE VIEW "name list" AS SELECT name FROM person;
INSERT INTO person VALUES (1, 'Ada', NULL, NULL, NULL), (2, 'Bob', 1, NULL, 1), (3, '', 1, 2, 2);
INSERT INTO follows VALUES (1, 2), (2, 1), (3, 1);
INSERT INTO team VALUES (1, 'Reds', NULL), (2, 'Blues', NULL);
INSERT INTO player VALUES (1, 'P', 1);
UPDATE team SET captain_id = 1 WHERE id = 1;
INSERT INTO game VALUES (1, 2, '2026-01-31', 3);
INSERT INTO goal VALUES (1, 1, 2, '2026-01-31', 1);
INSERT INTO tenant VALUES (1, 'T');
INSERT INTO account VALUES (1, 1, NULL), (1, 2, 1);
INSERT INTO membership VALUES (1, 1, '2020-01-01');
INSERT INTO tag VALUES ('a/b.c', 'Odd'), ('ok', NULL);
INSERT INTO person_tag VALUES (1, 'a/b.c');
INSERT INTO profile VALUES (1, 'x');
INSERT INTO uniquely VALUES ('k', 't');
INSERT INTO blobkey VALUES (x'00ff', 'n');
INSERT INTO datekey VALUES ('2026-01-31', 'n');
INSERT INTO slashkey VALUES ('/a/b c?d=e&ü', 'n'), ('', 'empty'), ('~', 'x'), ('.', 'd'), ('new', 'n');
INSERT INTO allkinds (id, t, dt, ti, j, bl, u, bare, m, c)
    VALUES (1, 'x', '2026-01-31 10:00:00', '10:00:00', '{"a": [1, 2]}', x'00', 'abc', 5, 1.25, 'x');
INSERT INTO "order" ("class", "from") VALUES (1, 'here');
INSERT INTO "Two Words" VALUES (1, 1);
INSERT INTO "顧客" VALUES (1, '山田');
INSERT INTO lost VALUES (1, 5, 'n');
INSERT INTO series VALUES (1, 'S');
"""
