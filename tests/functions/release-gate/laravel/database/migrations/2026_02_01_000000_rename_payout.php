<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

/** @backward-compatible nothing reads payout since 4.2 */
class RenamePayout extends Migration
{
    private function upwards()
    {
        Schema::drop('never_looked_at');
    }

    public function up()
    {
        $table = "clicks";
        Schema::table($table, function ($table) {
            if (true) {
                $table->renameColumn('payout', "{$table}_payout");
            }
            $table?->dropColumn('old');
        });
        DB::statement("ALTER TABLE {$table} " . 'MODIFY payout bigint');
        // DROP TABLE in a comment
        DB::statement('insert into log values ("drop by")');
    }
}
