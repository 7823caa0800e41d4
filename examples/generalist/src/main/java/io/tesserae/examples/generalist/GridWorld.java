package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import io.tesserae.pipelines.agent.Observation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One or two small rooms with a few things, and a mission in English: "go to the red ball", "pick up the blue key", "open
 * the green door". A door may be closed, or locked; its key is then in the agent's room.
 *
 * <p>What is seen, done and earned is as in BabyAI (Chevalier-Boisvert et al., "BabyAI: a platform to study the sample
 * efficiency of grounded language learning", 2019) on MiniGrid; the worlds are this class's own. Observed are {@value #WIDTH}
 * whole numbers: the direction, and of each of the 7 x 7 cells before the agent, column by column from its left to its
 * right, each from the farthest, the kind of thing, its colour and its state; the agent is in the middle of the last row,
 * and its own cell shows what it carries. The mission is the text. The actions are to turn left (0), turn right (1), go
 * forward (2), pick up (3), drop (4), toggle a door or break a box (5), and nothing (6). Success earns
 * {@code 1 - 0.9 * steps / maxSteps}.
 */
final class GridWorld implements Environment {

    static final String NAME = "grid-world";

    static final int LEFT = 0;
    static final int RIGHT = 1;
    static final int FORWARD = 2;
    static final int PICK_UP = 3;
    static final int DROP = 4;
    static final int TOGGLE = 5;
    static final int DONE = 6;

    /** How many numbers an observation has. */
    static final int WIDTH = 1 + 7 * 7 * 3;

    private static final int MAX_STEPS = 64;
    private static final ActionSpace ACTIONS = new ActionSpace.Discrete(7);

    /** The cells inside a room, along each side. */
    private static final int ROOM = 5;

    private Grid grid;
    private Mission mission;
    private int steps;
    private boolean running;

    /** The cells as far as the agent has seen them. */
    private Grid known;

    private final Deque<Integer> plan = new ArrayDeque<>();

    /** What is to be done, and with what: a {@link Cell#thing}. */
    record Mission(Task task, int target) {

        String text() {
            return task.words + " the " + Cell.words(target);
        }
    }

    /** The kinds of missions. */
    enum Task {
        GO_TO("go to"),
        PICK_UP("pick up"),
        OPEN("open");

        private final String words;

        Task(String words) {
            this.words = words;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ActionSpace actionSpace() {
        return ACTIONS;
    }

    @Override
    public int maxSteps() {
        return MAX_STEPS;
    }

    @Override
    public Duration stepTime() {
        return Duration.ofMillis(250);
    }

    @Override
    public Observation reset(long seed) {
        SeededRandom random = new SeededRandom(seed);
        World world = null;
        while (world == null || !world.isFair()) {
            world = new Builder(random).world();
        }
        return start(world);
    }

    Observation start(World world) {
        grid = world.grid();
        mission = world.mission();
        steps = 0;
        running = true;
        plan.clear();
        known = new Grid(grid.width, grid.height, Cell.UNSEEN);
        look();
        return observation();
    }

    @Override
    public Step step(Action action) {
        Rules.running(running);
        int index = Rules.index(action, ACTIONS);
        boolean handsWereEmpty = grid.carried == Cell.EMPTY;
        grid.act(index);
        steps++;
        boolean success = switch (mission.task) {
            case GO_TO -> Cell.thing(grid.front()) == mission.target;
            case PICK_UP -> index == PICK_UP && handsWereEmpty && grid.carried == mission.target;
            case OPEN -> index == TOGGLE && Cell.thing(grid.front()) == mission.target && Cell.isOpenDoor(grid.front());
        };
        boolean truncated = steps >= MAX_STEPS;
        running = !success && !truncated;
        Integer planned = plan.poll();
        // What is new to the agent may change its mind, and so does a step that it had not planned.
        if (look() || planned == null || planned != index) {
            plan.clear();
        }
        float reward = success ? (float) (1 - 0.9 * steps / MAX_STEPS) : 0;
        return new Step(observation(), reward, success, truncated);
    }

    /** Remembers what is seen; says whether there are cells that had not been seen before. */
    private boolean look() {
        boolean more = false;
        known.stand(grid);
        for (int row = 0; row < Grid.VIEW; row++) {
            for (int column = 0; column < Grid.VIEW; column++) {
                int place = grid.placeInView(column, row);
                if (place >= 0 && grid.sees(column, row)) {
                    more |= known.cells[place] == Cell.UNSEEN;
                    known.cells[place] = grid.cells[place];
                }
            }
        }
        return more;
    }

    private Observation observation() {
        int[] values = new int[WIDTH];
        values[0] = grid.direction;
        int next = 1;
        for (int column = 0; column < Grid.VIEW; column++) {
            for (int row = 0; row < Grid.VIEW; row++) {
                int cell = grid.inView(column, row);
                values[next++] = Cell.kind(cell);
                values[next++] = Cell.colour(cell);
                values[next++] = Cell.state(cell);
            }
        }
        return Observation.of(values, mission.text());
    }

    /**
     * The next step of a shortest way to do the mission, as far as the world has been seen; if that is not far enough, to the
     * nearest place from where more of it will be seen.
     */
    @Override
    public Action expert() {
        Rules.started(grid != null);
        if (plan.isEmpty()) {
            plan.addAll(new Planner(known, mission).plan());
        }
        return new Action.Discrete(plan.peek());
    }

    /** What is in a cell, as one number: MiniGrid's number of the kind, 16 times that of the colour, 256 times the state. */
    static final class Cell {

        static final int UNSEEN = 0;
        static final int EMPTY = 1;
        static final int DOOR = 4;
        static final int KEY = 5;
        static final int BALL = 6;
        static final int BOX = 7;
        static final int WALL = of(2, Colour.GREY);

        static final int CLOSED = 1;
        static final int LOCKED = 2;

        private Cell() {}

        static int of(int kind, Colour colour) {
            return kind + 16 * colour.ordinal();
        }

        static int door(Colour colour, int state) {
            return of(DOOR, colour) + 256 * state;
        }

        static int kind(int cell) {
            return cell % 16;
        }

        static int colour(int cell) {
            return cell / 16 % 16;
        }

        static int state(int cell) {
            return cell / 256;
        }

        /** The same thing whatever its state: an open door is still that door. */
        static int thing(int cell) {
            return cell % 256;
        }

        static boolean isDoor(int cell) {
            return kind(cell) == DOOR;
        }

        static boolean isOpenDoor(int cell) {
            return isDoor(cell) && state(cell) == 0;
        }

        static boolean hidesWhatIsBehind(int cell) {
            return cell == WALL || isDoor(cell) && state(cell) != 0;
        }

        static boolean canBeEntered(int cell) {
            return cell == EMPTY || isOpenDoor(cell);
        }

        static boolean canBeCarried(int cell) {
            return kind(cell) >= KEY && kind(cell) <= BOX;
        }

        /** The key of a door. */
        static int keyOf(int door) {
            return KEY + 16 * colour(door);
        }

        static String words(int cell) {
            String word = switch (kind(cell)) {
                case DOOR -> "door";
                case KEY -> "key";
                case BALL -> "ball";
                case BOX -> "box";
                default -> throw new IllegalArgumentException("not a thing: " + cell);
            };
            return Colour.ALL.get(colour(cell)).word() + " " + word;
        }
    }

    /** The cells, and where the agent is among them. Directions are 0 right, 1 down, 2 left, 3 up. */
    static final class Grid {

        /** The agent sees so many cells along each side. */
        static final int VIEW = 7;

        private static final int[] ACROSS = {1, 0, -1, 0};
        private static final int[] DOWN = {0, 1, 0, -1};

        final int width;
        final int height;
        final int[] cells;
        int x;
        int y;
        int direction;
        int carried = Cell.EMPTY;

        /** Bit {@code row * 7 + column} of the view is 1 if the agent sees it; of the agent's place and the cells as they were. */
        private long seen;

        private boolean seenIsStale = true;

        Grid(int width, int height, int cell) {
            this.width = width;
            this.height = height;
            cells = new int[width * height];
            Arrays.fill(cells, cell);
        }

        int cell(int atX, int atY) {
            return atX < 0 || atX >= width || atY < 0 || atY >= height ? Cell.WALL : cells[atY * width + atX];
        }

        void set(int atX, int atY, int cell) {
            cells[atY * width + atX] = cell;
            seenIsStale = true;
        }

        void stand(int newX, int newY, int newDirection) {
            x = newX;
            y = newY;
            direction = newDirection;
            seenIsStale = true;
        }

        /** Stands where the other one stands, and carries what it carries. */
        void stand(Grid other) {
            stand(other.x, other.y, other.direction);
            carried = other.carried;
        }

        int frontX() {
            return x + ACROSS[direction];
        }

        int frontY() {
            return y + DOWN[direction];
        }

        int front() {
            return cell(frontX(), frontY());
        }

        /** Does what MiniGrid does at an action, which is nothing where it is impossible. */
        void act(int action) {
            int front = front();
            switch (action) {
                case LEFT -> stand(x, y, (direction + 3) % 4);
                case RIGHT -> stand(x, y, (direction + 1) % 4);
                case FORWARD -> {
                    if (Cell.canBeEntered(front)) {
                        stand(frontX(), frontY(), direction);
                    }
                }
                case PICK_UP -> {
                    if (carried == Cell.EMPTY && Cell.canBeCarried(front)) {
                        carried = front;
                        set(frontX(), frontY(), Cell.EMPTY);
                    }
                }
                case DROP -> {
                    if (carried != Cell.EMPTY && front == Cell.EMPTY) {
                        set(frontX(), frontY(), carried);
                        carried = Cell.EMPTY;
                    }
                }
                case TOGGLE -> toggle(front);
                default -> {}
            }
        }

        private void toggle(int front) {
            Colour colour = Colour.ALL.get(Cell.colour(front));
            if (Cell.isOpenDoor(front)) {
                set(frontX(), frontY(), Cell.door(colour, Cell.CLOSED));
            } else if (Cell.isDoor(front) && (Cell.state(front) == Cell.CLOSED || carried == Cell.keyOf(front))) {
                set(frontX(), frontY(), Cell.door(colour, 0));
            } else if (Cell.kind(front) == Cell.BOX) {
                set(frontX(), frontY(), Cell.EMPTY);
            }
        }

        /** The place of a cell of the view, or -1 if it is outside of the grid. The agent is in column 3 of row 6. */
        int placeInView(int column, int row) {
            int ahead = VIEW - 1 - row;
            int aside = column - VIEW / 2;
            int atX = x + ACROSS[direction] * ahead - DOWN[direction] * aside;
            int atY = y + DOWN[direction] * ahead + ACROSS[direction] * aside;
            return atX < 0 || atX >= width || atY < 0 || atY >= height ? -1 : atY * width + atX;
        }

        private int cellInView(int column, int row) {
            int place = placeInView(column, row);
            return place < 0 ? Cell.WALL : cells[place];
        }

        /** What a cell of the view shows. */
        int inView(int column, int row) {
            if (column == VIEW / 2 && row == VIEW - 1) {
                return carried;
            }
            return sees(column, row) ? cellInView(column, row) : Cell.UNSEEN;
        }

        boolean sees(int column, int row) {
            if (seenIsStale) {
                seen = look();
                seenIsStale = false;
            }
            return (seen >>> (row * VIEW + column) & 1) != 0;
        }

        /** MiniGrid's {@code process_vis}: what is seen spreads from cell to cell, aside and ahead, but not from behind a wall. */
        private long look() {
            long visible = 1L << ((VIEW - 1) * VIEW + VIEW / 2);
            for (int row = VIEW - 1; row >= 0; row--) {
                for (int column = 0; column < VIEW - 1; column++) {
                    visible |= spread(visible, column, row, 1);
                }
                for (int column = VIEW - 1; column > 0; column--) {
                    visible |= spread(visible, column, row, -1);
                }
            }
            return visible;
        }

        private long spread(long visible, int column, int row, int aside) {
            int bit = row * VIEW + column;
            if ((visible >>> bit & 1) == 0 || Cell.hidesWhatIsBehind(cellInView(column, row))) {
                return 0;
            }
            long more = 1L << (bit + aside);
            return row == 0 ? more : more | 1L << (bit + aside - VIEW) | 1L << (bit - VIEW);
        }
    }

    /** How an episode starts. */
    record World(Grid grid, Mission mission) {

        /** Whether there is something to do, and it can be done: every thing can be reached through doors but not through things. */
        boolean isFair() {
            if (mission.task == Task.GO_TO && Cell.thing(grid.front()) == mission.target) {
                return false;
            }
            boolean[] reached = new boolean[grid.cells.length];
            Deque<Integer> places = new ArrayDeque<>(List.of(grid.y * grid.width + grid.x));
            while (!places.isEmpty()) {
                int place = places.pop();
                boolean isWay = grid.cells[place] == Cell.EMPTY || Cell.isDoor(grid.cells[place]);
                if (!reached[place] && isWay) {
                    // No walk leads over the edge: the outermost cells are walls, or doors that are not walked through.
                    for (int step : inside(place) ? new int[] {1, -1, grid.width, -grid.width} : new int[0]) {
                        places.push(place + step);
                    }
                }
                reached[place] = true;
            }
            for (int place = 0; place < reached.length; place++) {
                if (grid.cells[place] != Cell.WALL && !reached[place]) {
                    return false;
                }
            }
            return true;
        }

        private boolean inside(int place) {
            int x = place % grid.width;
            int y = place / grid.width;
            return x > 0 && x < grid.width - 1 && y > 0 && y < grid.height - 1;
        }
    }

    /** Builds a world, which need not be a fair one. */
    private static final class Builder {

        private final SeededRandom random;
        private final Task task;
        private final boolean twoRooms;

        /** Whether a second room is below the first one, not right of it. */
        private final boolean below;

        private final Grid grid;
        private final List<Integer> used = new ArrayList<>();

        Builder(SeededRandom random) {
            this.random = random;
            task = Task.values()[random.below(Task.values().length)];
            twoRooms = random.chance(0.5);
            below = random.chance(0.5);
            int longer = twoRooms ? 2 * ROOM + 3 : ROOM + 2;
            grid = below ? new Grid(ROOM + 2, longer, Cell.WALL) : new Grid(longer, ROOM + 2, Cell.WALL);
        }

        World world() {
            clearRoom(0);
            if (twoRooms) {
                clearRoom(1);
            }
            int home = twoRooms ? random.below(2) : 0;
            int target = task == Task.OPEN || twoRooms ? doors(home) : Cell.EMPTY;
            if (task != Task.OPEN) {
                target = newThing();
                put(target, randomRoom());
            }
            int others = 1 + random.below(3);
            for (int other = 0; other < others; other++) {
                put(newThing(), randomRoom());
            }
            int place = emptyPlace(home);
            grid.stand(place % grid.width, place / grid.width, random.below(4));
            return new World(grid, new Mission(task, target));
        }

        private int randomRoom() {
            return twoRooms ? random.below(2) : 0;
        }

        private void clearRoom(int room) {
            for (int cell = 0; cell < ROOM * ROOM; cell++) {
                grid.cells[placeIn(room, cell % ROOM, cell / ROOM)] = Cell.EMPTY;
            }
        }

        /** A place of a room from its own row and column; -1 and {@link #ROOM} are in its walls. */
        private int placeIn(int room, int column, int row) {
            int further = room * (ROOM + 1);
            return (row + 1 + (below ? further : 0)) * grid.width + column + 1 + (below ? 0 : further);
        }

        /** Puts the doors, and the key of a locked one; returns the door that a mission may be about. */
        private int doors(int home) {
            Colour colour = random.oneOf(Colour.ALL);
            int along = random.below(ROOM);
            if (twoRooms) {
                // The door that is to be opened is not open.
                int state = task == Task.OPEN ? 1 + random.below(2) : random.below(3);
                grid.cells[below ? placeIn(0, along, ROOM) : placeIn(0, ROOM, along)] = Cell.door(colour, state);
                if (state == Cell.LOCKED) {
                    int key = Cell.of(Cell.KEY, colour);
                    used.add(key);
                    put(key, home);
                }
            } else {
                // Two doors that lead nowhere: which is meant, the colour tells.
                int wall = random.below(4);
                grid.cells[inWall(wall, along)] = Cell.door(colour, Cell.CLOSED);
                Colour other = Colour.ALL.get((colour.ordinal() + 1 + random.below(5)) % 6);
                int otherWall = (wall + 1 + random.below(3)) % 4;
                grid.cells[inWall(otherWall, random.below(ROOM))] = Cell.door(other, Cell.CLOSED);
            }
            return Cell.of(Cell.DOOR, colour);
        }

        private int inWall(int wall, int along) {
            return switch (wall) {
                case 0 -> placeIn(0, ROOM, along);
                case 1 -> placeIn(0, along, ROOM);
                case 2 -> placeIn(0, -1, along);
                default -> placeIn(0, along, -1);
            };
        }

        /** A thing unlike all others. */
        private int newThing() {
            int thing;
            do {
                thing = Cell.of(Cell.KEY + random.below(3), random.oneOf(Colour.ALL));
            } while (used.contains(thing));
            used.add(thing);
            return thing;
        }

        private void put(int thing, int room) {
            grid.cells[emptyPlace(room)] = thing;
        }

        private int emptyPlace(int room) {
            int place;
            do {
                place = placeIn(room, random.below(ROOM), random.below(ROOM));
            } while (grid.cells[place] != Cell.EMPTY);
            return place;
        }
    }

    /** Plans breadth first, in the world as far as it is known; what is not known cannot be entered. */
    private static final class Planner {

        private static final int[] ORDER = {FORWARD, LEFT, RIGHT, PICK_UP, TOGGLE, DROP};

        private static final int NOWHERE = -1;

        private final Grid known;
        private final Mission mission;
        private final int locked;

        Planner(Grid known, Mission mission) {
            this.known = known;
            this.mission = mission;
            locked = Arrays.stream(known.cells)
                    .filter(cell -> Cell.isDoor(cell) && Cell.state(cell) == Cell.LOCKED)
                    .findFirst()
                    .orElse(Cell.EMPTY);
        }

        /**
         * The world after some steps: the agent's place, what it carries, and at most one door opened, one thing taken and one
         * put down.
         */
        private record Future(int x, int y, int direction, int carried, int opened, int taken, int dropped) {}

        private record Move(int action, Future before) {}

        List<Integer> plan() {
            for (boolean anyThing : new boolean[] {false, true}) {
                for (boolean explore : new boolean[] {false, true}) {
                    List<Integer> found = search(explore, anyThing);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
            boolean canDrop = known.carried != Cell.EMPTY && known.front() == Cell.EMPTY;
            return List.of(canDrop ? DROP : known.carried != Cell.EMPTY ? LEFT : DONE);
        }

        /**
         * A shortest plan, or none.
         *
         * @param explore to see more, not to do the mission
         * @param anyThing whether any thing may be moved out of the way, not only what is needed
         */
        private List<Integer> search(boolean explore, boolean anyThing) {
            Future start = new Future(known.x, known.y, known.direction, known.carried, NOWHERE, NOWHERE, NOWHERE);
            Map<Future, Move> moves = new HashMap<>();
            moves.put(start, new Move(DONE, null));
            Deque<Future> futures = new ArrayDeque<>(List.of(start));
            while (!futures.isEmpty()) {
                Future now = futures.poll();
                for (int action : ORDER) {
                    Future next = after(now, action, anyThing);
                    if (next != null && moves.putIfAbsent(next, new Move(action, now)) == null) {
                        if (explore ? showsMore(next) : succeeds(next)) {
                            return way(moves, next);
                        }
                        futures.add(next);
                    }
                }
            }
            return List.of();
        }

        private static List<Integer> way(Map<Future, Move> moves, Future end) {
            List<Integer> actions = new ArrayList<>();
            for (Move move = moves.get(end); move.before != null; move = moves.get(move.before)) {
                actions.add(move.action);
            }
            return actions.reversed();
        }

        private int place(Future now) {
            return (now.y + Grid.DOWN[now.direction]) * known.width + now.x + Grid.ACROSS[now.direction];
        }

        private int front(Future now) {
            int place = place(now);
            if (place == now.dropped) {
                return known.carried != Cell.EMPTY ? known.carried : known.cells[now.taken];
            }
            if (place == now.taken) {
                return Cell.EMPTY;
            }
            int cell = known.cell(now.x + Grid.ACROSS[now.direction], now.y + Grid.DOWN[now.direction]);
            return place == now.opened ? Cell.thing(cell) : cell;
        }

        /** The world after an action; null if that is of no use. */
        private Future after(Future now, int action, boolean anyThing) {
            int front = front(now);
            return switch (action) {
                case LEFT -> turned(now, 3);
                case RIGHT -> turned(now, 1);
                case FORWARD ->
                    !Cell.canBeEntered(front)
                            ? null
                            : new Future(
                                    now.x + Grid.ACROSS[now.direction],
                                    now.y + Grid.DOWN[now.direction],
                                    now.direction,
                                    now.carried,
                                    now.opened,
                                    now.taken,
                                    now.dropped);
                case PICK_UP -> {
                    boolean mayTake = now.carried == Cell.EMPTY
                            && Cell.canBeCarried(front)
                            && place(now) != now.dropped
                            && (now.taken == NOWHERE || mission.task == Task.PICK_UP && front == mission.target);
                    boolean isOfUse = anyThing
                            || mission.task == Task.PICK_UP && front == mission.target
                            || locked != Cell.EMPTY && front == Cell.keyOf(locked);
                    // A thing that has been put down is forgotten here, which does no harm: this is the end of the
                    // plan.
                    yield mayTake && isOfUse
                            ? new Future(now.x, now.y, now.direction, front, now.opened, place(now), now.dropped)
                            : null;
                }
                case TOGGLE -> {
                    boolean opens = Cell.isDoor(front)
                            && (Cell.state(front) == Cell.CLOSED
                                    || Cell.state(front) == Cell.LOCKED && now.carried == Cell.keyOf(front));
                    yield opens && now.opened == NOWHERE
                            ? new Future(now.x, now.y, now.direction, now.carried, place(now), now.taken, now.dropped)
                            : null;
                }
                default -> {
                    boolean mayDrop = now.carried != Cell.EMPTY && front == Cell.EMPTY && now.dropped == NOWHERE;
                    yield mayDrop && (anyThing || handsAreNeeded(now))
                            ? new Future(now.x, now.y, now.direction, Cell.EMPTY, now.opened, now.taken, place(now))
                            : null;
                }
            };
        }

        private static Future turned(Future now, int quarters) {
            return new Future(
                    now.x, now.y, (now.direction + quarters) % 4, now.carried, now.opened, now.taken, now.dropped);
        }

        private boolean handsAreNeeded(Future now) {
            boolean keyIsNeeded = locked != Cell.EMPTY && now.opened == NOWHERE;
            return mission.task == Task.PICK_UP && !(keyIsNeeded && now.carried == Cell.keyOf(locked))
                    || now.carried == mission.target
                    || keyIsNeeded && now.carried != Cell.keyOf(locked);
        }

        private boolean succeeds(Future now) {
            return switch (mission.task) {
                case GO_TO -> Cell.thing(front(now)) == mission.target;
                case PICK_UP -> now.carried == mission.target;
                case OPEN -> now.opened != NOWHERE && Cell.thing(known.cells[now.opened]) == mission.target;
            };
        }

        /** Whether cells would be seen that are not known yet, if those between are empty. */
        private boolean showsMore(Future now) {
            Grid then = new Grid(known.width, known.height, Cell.EMPTY);
            System.arraycopy(known.cells, 0, then.cells, 0, then.cells.length);
            if (now.opened != NOWHERE) {
                then.cells[now.opened] = Cell.thing(then.cells[now.opened]);
            }
            then.stand(now.x, now.y, now.direction);
            for (int cell = 0; cell < Grid.VIEW * Grid.VIEW; cell++) {
                int place = then.placeInView(cell % Grid.VIEW, cell / Grid.VIEW);
                if (place >= 0 && then.cells[place] == Cell.UNSEEN && then.sees(cell % Grid.VIEW, cell / Grid.VIEW)) {
                    return true;
                }
            }
            return false;
        }
    }

    @Override
    public void draw(Graphics2D graphics, int width, int height) {
        Rules.started(grid != null);
        graphics.setColor(Color.BLACK);
        graphics.fillRect(0, 0, width, height);
        double side = Math.min((double) width / grid.width, (double) height / grid.height);
        AffineTransform whole = graphics.getTransform();
        graphics.translate((width - side * grid.width) / 2, (height - side * grid.height) / 2);
        graphics.scale(side, side);
        boolean[] lit = new boolean[grid.cells.length];
        for (int cell = 0; cell < Grid.VIEW * Grid.VIEW; cell++) {
            int place = grid.placeInView(cell % Grid.VIEW, cell / Grid.VIEW);
            if (place >= 0 && grid.sees(cell % Grid.VIEW, cell / Grid.VIEW)) {
                lit[place] = true;
            }
        }
        for (int place = 0; place < lit.length; place++) {
            AffineTransform here = graphics.getTransform();
            graphics.translate(place % grid.width, place / grid.width);
            drawCell(graphics, grid.cells[place], lit[place]);
            graphics.setTransform(here);
        }
        drawAgent(graphics);
        graphics.setTransform(whole);
    }

    /** Draws what is in a cell, in a square from 0 to 1. */
    private static void drawCell(Graphics2D graphics, int cell, boolean lit) {
        graphics.setColor(lit ? new Color(70, 70, 76) : new Color(26, 26, 30));
        graphics.fill(new Rectangle2D.Double(0.02, 0.02, 0.96, 0.96));
        graphics.setColor(new Color(Colour.ALL.get(Cell.colour(cell)).rgb()));
        graphics.setStroke(new BasicStroke(0.09f));
        switch (Cell.kind(cell)) {
            case Cell.BALL -> graphics.fill(new Ellipse2D.Double(0.2, 0.2, 0.6, 0.6));
            case Cell.BOX -> {
                graphics.draw(new Rectangle2D.Double(0.2, 0.2, 0.6, 0.6));
                graphics.fill(new Rectangle2D.Double(0.2, 0.46, 0.6, 0.08));
            }
            case Cell.KEY -> {
                graphics.draw(new Ellipse2D.Double(0.35, 0.14, 0.3, 0.3));
                graphics.fill(new Rectangle2D.Double(0.45, 0.44, 0.1, 0.44));
                graphics.fill(new Rectangle2D.Double(0.3, 0.62, 0.15, 0.08));
                graphics.fill(new Rectangle2D.Double(0.3, 0.8, 0.15, 0.08));
            }
            case Cell.DOOR -> {
                if (Cell.isOpenDoor(cell)) {
                    graphics.fill(new Rectangle2D.Double(0.84, 0, 0.16, 1));
                } else {
                    graphics.draw(new Rectangle2D.Double(0.05, 0.05, 0.9, 0.9));
                    boolean locked = Cell.state(cell) == Cell.LOCKED;
                    graphics.fill(
                            locked
                                    ? new Rectangle2D.Double(0.3, 0.4, 0.4, 0.3)
                                    : new Ellipse2D.Double(0.68, 0.43, 0.14, 0.14));
                }
            }
            default -> {
                if (cell == Cell.WALL) {
                    graphics.setColor(lit ? new Color(150, 150, 150) : new Color(95, 95, 95));
                    graphics.fill(new Rectangle2D.Double(0, 0, 1.01, 1.01));
                }
            }
        }
    }

    private void drawAgent(Graphics2D graphics) {
        AffineTransform here = graphics.getTransform();
        graphics.translate(grid.x + 0.5, grid.y + 0.5);
        graphics.rotate(grid.direction * Math.PI / 2);
        Path2D arrow = new Path2D.Double();
        arrow.moveTo(0.38, 0);
        arrow.lineTo(-0.34, 0.32);
        arrow.lineTo(-0.34, -0.32);
        arrow.closePath();
        graphics.setColor(new Color(255, 110, 60));
        graphics.fill(arrow);
        if (grid.carried != Cell.EMPTY) {
            graphics.setColor(
                    new Color(Colour.ALL.get(Cell.colour(grid.carried)).rgb()));
            graphics.fill(new Ellipse2D.Double(-0.24, -0.12, 0.24, 0.24));
        }
        graphics.setTransform(here);
    }

    /** Two characters a cell: the kind of the thing, and the first letter of its colour. */
    @Override
    public String sketch() {
        Rules.started(grid != null);
        StringBuilder text = new StringBuilder(mission.text());
        for (int y = 0; y < grid.height; y++) {
            text.append('\n');
            for (int x = 0; x < grid.width; x++) {
                boolean agent = x == grid.x && y == grid.y;
                text.append(agent ? ">v<^".charAt(grid.direction) + " " : characters(grid.cell(x, y)));
            }
        }
        text.append("\nstep ").append(steps);
        if (grid.carried != Cell.EMPTY) {
            text.append(", carries the ").append(Cell.words(grid.carried));
        }
        return text.toString();
    }

    private static String characters(int cell) {
        // The first letters, but green and grey begin alike.
        char letter = "rgbpye".charAt(Cell.colour(cell));
        return switch (Cell.kind(cell)) {
            case Cell.DOOR -> (Cell.isOpenDoor(cell) ? "/" : Cell.state(cell) == Cell.LOCKED ? "L" : "D") + letter;
            case Cell.KEY -> "k" + letter;
            case Cell.BALL -> "o" + letter;
            case Cell.BOX -> "b" + letter;
            default -> cell == Cell.WALL ? "##" : ". ";
        };
    }
}
